"""The routes of runs over time."""

from collections.abc import Callable
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy import Table

from headwater import clock
from headwater.db.criteria import Condition
from headwater.db.session import reading
from headwater.runs.queries.flow_runs import flow_run
from headwater.runs.queries.history import find_lateness, list_history
from headwater.runs.queries.lists import flow_runs_wanted, task_runs_wanted
from headwater.runs.queries.task_runs import task_run
from headwater.runs.rules.history import split
from headwater.runs.schemas.history import HistoryResponse, HistoryWanted
from headwater.runs.schemas.lists import RunsWanted
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("history_api", __name__, url_prefix="/api")
_SHOWN = (
    "state_type",
    "state_name",
    "count_runs",
    "sum_estimated_run_time",
    "sum_estimated_lateness",
)


@blueprint.post("/flow_runs/history")
@needs("runs:read")
@describes(
    "Count flow runs by the time they were expected at, and by state.",
    body=HistoryWanted,
    answers={200: list[HistoryResponse]},
)
def post_flow_run_history() -> Response:
    return _answer_history(flow_run, flow_runs_wanted)


@blueprint.post("/task_runs/history")
@needs("runs:read")
@describes(
    "Count task runs by the time they were expected at, and by state.",
    body=HistoryWanted,
    answers={200: list[HistoryResponse]},
)
def post_task_run_history() -> Response:
    return _answer_history(task_run, task_runs_wanted)


@blueprint.post("/flow_runs/lateness")
@needs("runs:read")
@describes(
    "Read by how many seconds flow runs were late, in the mean.",
    body=RunsWanted,
    answers={200: float | None},
)
def post_flow_run_lateness() -> Response:
    wanted, now = parse_body(RunsWanted), clock.now()
    with reading() as session:
        condition = flow_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        return answer(find_lateness(session, condition, now))


def _answer_history(
    table: Table, condition_of: Callable[[UUID, RunsWanted, str], Condition]
) -> Response:
    wanted, now = parse_body(HistoryWanted), clock.now()
    seconds = wanted.history_interval_seconds
    intervals = split(wanted.history_start, wanted.history_end, seconds)
    if not intervals:
        return answer([])
    with reading() as session:
        workspace, dialect = current_workspace(), session.get_bind().dialect.name
        condition = None if wanted.are_all else condition_of(workspace, wanted, dialect)
        rows = list_history(session, table, workspace, condition, intervals, now)
    states: dict[int, list[dict[str, Any]]] = {
        number: [dict(zip(_SHOWN, row[1:], strict=True)) for row in of_number]
        for number, of_number in groupby(rows, lambda row: row.number)
    }
    shown = [
        {"interval_start": start, "interval_end": end, "states": states.get(number, [])}
        for number, (start, end) in enumerate(intervals)
    ]
    return answer(shown)
