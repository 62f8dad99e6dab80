"""The routes of webhooks: those by which they are kept, and the addresses that others call."""

from headwater.webhooks.routes import hooks, webhooks

BLUEPRINTS = (webhooks.blueprint, hooks.blueprint)
