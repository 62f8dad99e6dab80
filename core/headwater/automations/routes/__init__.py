"""The /api routes of automations: parse, call, answer."""

from headwater.automations.routes import automations, firings, replays, templates

BLUEPRINTS = (
    automations.blueprint,
    templates.blueprint,
    firings.blueprint,
    replays.blueprint,
)
