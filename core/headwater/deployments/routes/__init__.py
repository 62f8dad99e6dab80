"""The routes of deployments."""

from headwater.deployments.routes import deployments, pausing, runs, schedules, values

BLUEPRINTS = (
    deployments.blueprint,
    pausing.blueprint,
    runs.blueprint,
    schedules.blueprint,
    values.blueprint,
)
