"""What a panel may read and do of runs. Each takes the session and the workspace.

What changes something is called within `write`, a unit for each run.

Rows have the columns of their table; a flow run's also `flow_name`. JSON columns are
`orjson.Fragment`s: `parse` gives their value.
"""

from headwater.criteria import (
    AllTags,
    Ids,
    IdsOrNot,
    Levels,
    Names,
    OptionalIds,
    StringsOrNot,
    Tags,
    Times,
)
from headwater.db.json import parse
from headwater.runs.queries.flow_overviews import (
    count_by_flow,
    count_runs_of_flows,
    flows_named_after,
    list_flows_by_name,
    list_last_runs,
    runs_of_flow,
)
from headwater.runs.queries.flow_run_lists import count_flow_runs, list_flow_runs, older_than
from headwater.runs.queries.flow_runs import (
    count_by_state,
    find_flow_run,
    get_flow_run,
    list_flow_run_states,
)
from headwater.runs.queries.flows import get_flow
from headwater.runs.queries.lists import flow_runs_wanted, flows_wanted, task_runs_wanted
from headwater.runs.queries.log_lines import (
    LONGEST_SHOWN,
    count_arrived,
    get_log_line,
    lines_of,
    list_last_lines,
    list_lines_after,
)
from headwater.runs.queries.logs import list_logs, list_logs_after, logs_wanted
from headwater.runs.queries.overviews import (
    count_by_hour,
    count_by_interval,
    count_task_runs_by_state,
    get_flow_run_and_parent,
    get_task_run_and_flow_run,
    list_newest_flow_runs,
    list_newest_task_runs,
    list_subflow_runs,
    task_runs_of,
    task_runs_older_than,
)
from headwater.runs.queries.task_runs import (
    get_task_run,
    list_task_run_states,
    list_task_runs,
)
from headwater.runs.queries.timelines import list_begun
from headwater.runs.rules.transitions import Status
from headwater.runs.schemas.bulk import MOST as MOST_AT_ONCE
from headwater.runs.schemas.bulk import FlowRunsToDelete
from headwater.runs.schemas.criteria import StateFilter, StateTypes
from headwater.runs.schemas.flow_runs import FlowRunFilter, FlowRunSort
from headwater.runs.schemas.flows import FlowFilter
from headwater.runs.schemas.lists import RunsWanted
from headwater.runs.schemas.logs import LogFilter, LogSort, TextQuery
from headwater.runs.schemas.shown import estimate_delay, estimate_run_time
from headwater.runs.schemas.states import FINAL, StateCreate, StateDetails, StateType
from headwater.runs.schemas.task_runs import TaskRunFilter, TaskRunSort
from headwater.runs.service.flow_runs import foresee, set_flow_run_state
from headwater.runs.service.inputs import get_value as get_input
from headwater.runs.service.inputs import list_mismatches, resume
from headwater.runs.service.removals import (
    bulk_delete_flow_runs,
    delete_flow_run,
    delete_logs,
)

__all__ = [
    "FINAL",
    "LONGEST_SHOWN",
    "MOST_AT_ONCE",
    "AllTags",
    "FlowFilter",
    "FlowRunFilter",
    "FlowRunSort",
    "FlowRunsToDelete",
    "Ids",
    "IdsOrNot",
    "Levels",
    "LogFilter",
    "LogSort",
    "Names",
    "OptionalIds",
    "RunsWanted",
    "StateCreate",
    "StateDetails",
    "StateFilter",
    "StateType",
    "StateTypes",
    "Status",
    "StringsOrNot",
    "Tags",
    "TaskRunFilter",
    "TaskRunSort",
    "TextQuery",
    "Times",
    "bulk_delete_flow_runs",
    "count_arrived",
    "count_by_flow",
    "count_by_hour",
    "count_by_interval",
    "count_by_state",
    "count_flow_runs",
    "count_runs_of_flows",
    "count_task_runs_by_state",
    "delete_flow_run",
    "delete_logs",
    "estimate_delay",
    "estimate_run_time",
    "find_flow_run",
    "flow_runs_wanted",
    "flows_named_after",
    "flows_wanted",
    "foresee",
    "get_flow",
    "get_flow_run",
    "get_flow_run_and_parent",
    "get_input",
    "get_log_line",
    "get_task_run",
    "get_task_run_and_flow_run",
    "lines_of",
    "list_begun",
    "list_flow_run_states",
    "list_flow_runs",
    "list_flows_by_name",
    "list_last_lines",
    "list_last_runs",
    "list_lines_after",
    "list_logs",
    "list_logs_after",
    "list_mismatches",
    "list_newest_flow_runs",
    "list_newest_task_runs",
    "list_subflow_runs",
    "list_task_run_states",
    "list_task_runs",
    "logs_wanted",
    "older_than",
    "parse",
    "resume",
    "runs_of_flow",
    "set_flow_run_state",
    "task_runs_of",
    "task_runs_older_than",
    "task_runs_wanted",
]
