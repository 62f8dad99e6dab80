"""The /api routes of the clients' policies, channels and deliveries: parse, call, answer."""

from headwater.notifications.routes import channels, deliveries, policies

BLUEPRINTS = (policies.blueprint, channels.blueprint, deliveries.blueprint)
