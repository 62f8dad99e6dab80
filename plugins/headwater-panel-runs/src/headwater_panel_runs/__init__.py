"""Shows what runs do: cards for the start page, the list of runs, and each run's own page."""

from headwater.api import Card, NavigationEntry, Panel, hookimpl
from headwater_panel_runs import addresses, cards, flow_runs, run_list, task_run_list, task_runs
from headwater_panel_runs.blueprint import blueprint

headwater_api = ">=1.0,<2"

# Each of these adds its views to the blueprint.
VIEWS = (addresses, cards, flow_runs, run_list, task_run_list, task_runs)

CARDS = (
    Card("Runs of the last 24 hours", "show_states_card"),
    Card("Latest failures", "show_failures_card"),
    Card("Running now", "show_running_card"),
)


@hookimpl
def headwater_panels() -> list[Panel]:
    navigation = NavigationEntry("Runs", "show_runs")
    return [Panel("runs", blueprint, navigation, right="runs:read", cards=CARDS)]
