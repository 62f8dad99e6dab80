"""The /api routes of policies, channels and deliveries: parse, call, answer."""

from headwater.notifications.routes import channels, deliveries, own_policies, policies

BLUEPRINTS = (policies.blueprint, channels.blueprint, deliveries.blueprint, own_policies.blueprint)
