"""The /api routes of automations: parse, call, answer."""

from headwater.automations.routes import automations, explanations, firings, replays, templates

BLUEPRINTS = (
    automations.blueprint,
    templates.blueprint,
    firings.blueprint,
    replays.blueprint,
    explanations.blueprint,
)
