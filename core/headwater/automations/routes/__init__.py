"""The /api routes of automations: parse, call, answer."""

from headwater.automations.routes import automations, firings, templates

BLUEPRINTS = (automations.blueprint, templates.blueprint, firings.blueprint)
