"""The /api routes of flows, runs, states and logs: parse, call, answer."""

from headwater.runs.routes import flow_runs, flows, logs, states, task_runs

BLUEPRINTS = (
    flows.blueprint,
    flow_runs.blueprint,
    task_runs.blueprint,
    states.blueprint,
    logs.blueprint,
)

__all__ = ["BLUEPRINTS"]
