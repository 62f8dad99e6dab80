"""The routes of deployments."""

from headwater.deployments.routes import deployments, pausing, runs, schedules

BLUEPRINTS = (
    deployments.blueprint,
    pausing.blueprint,
    runs.blueprint,
    schedules.blueprint,
)
