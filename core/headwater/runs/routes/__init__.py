"""The /api routes of flows, runs, states and logs: parse, call, answer."""

from headwater.runs.routes import (
    bulk,
    downloads,
    flow_runs,
    flows,
    graph,
    history,
    inputs,
    logs,
    observed_states,
    pages,
    policies,
    removals,
    states,
    task_runs,
    ui,
)

BLUEPRINTS = (
    flows.blueprint,
    flow_runs.blueprint,
    task_runs.blueprint,
    states.blueprint,
    logs.blueprint,
    inputs.blueprint,
    bulk.blueprint,
    removals.blueprint,
    pages.blueprint,
    policies.blueprint,
    history.blueprint,
    graph.blueprint,
    observed_states.blueprint,
    downloads.blueprint,
    ui.blueprint,
)

__all__ = ["BLUEPRINTS"]
