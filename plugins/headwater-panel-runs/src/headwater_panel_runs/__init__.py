"""Shows flows and what their runs do, on cards, in lists, on pages of their own; acts on runs."""

from headwater.api import Card, NavigationEntry, Panel, ResourcePage, hookimpl
from headwater_panel_runs import (
    addresses,
    bulk,
    cards,
    flow_cards,
    flow_runs,
    flows,
    history,
    resuming,
    run_acts,
    run_list,
    task_run_list,
    task_runs,
    timeline,
)
from headwater_panel_runs.blueprint import blueprint

headwater_api = ">=1.0,<2"

# Each of these adds its views to a blueprint.
VIEWS = (
    addresses,
    bulk,
    cards,
    flow_cards,
    flow_runs,
    history,
    resuming,
    run_acts,
    run_list,
    task_run_list,
    task_runs,
    timeline,
)

FLOW_CARDS = (Card("Flows of the last 24 hours", "show_flows_card"),)
CARDS = (
    Card("Runs of the last 24 hours", "show_states_card"),
    Card("Latest failures", "show_failures_card"),
    Card("Running now", "show_running_card"),
)
FLOW_PAGES = (ResourcePage("flow", "show_flow", "flow_id"),)
RUN_PAGES = (
    ResourcePage("flow-run", "show_flow_run", "run_id"),
    ResourcePage("task-run", "show_task_run", "run_id"),
)


@hookimpl
def headwater_panels() -> list[Panel]:
    of_flows = NavigationEntry("Flows", "show_flows", rank=20)
    of_runs = NavigationEntry("Runs", "show_runs", rank=10)
    return [
        Panel("runs", blueprint, of_runs, "runs:read", CARDS, RUN_PAGES),
        Panel("flows", flows.blueprint, of_flows, "flows:read", FLOW_CARDS, FLOW_PAGES),
    ]
