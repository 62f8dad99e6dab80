"""The /api routes of events: parse, call, answer."""

from headwater.events.routes import reading, receiving

BLUEPRINTS = (receiving.blueprint, reading.blueprint)
