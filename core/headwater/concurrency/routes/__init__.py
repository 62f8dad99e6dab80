"""The /api routes of concurrency limits: parse, call, answer."""

from headwater.concurrency.routes import limits, slots, tags

BLUEPRINTS = (limits.blueprint, slots.blueprint, tags.blueprint)
