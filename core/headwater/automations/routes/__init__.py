"""The /api routes of automations: parse, call, answer."""

from headwater.automations.routes import automations, templates

BLUEPRINTS = (automations.blueprint, templates.blueprint)
