"""The routes of dashboards: what other routes tell of many runs, in one go."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading
from headwater.errors import InvalidError
from headwater.runs.queries import ui as queries
from headwater.runs.queries.history import list_recent_runs
from headwater.runs.queries.lists import flow_runs_wanted, task_runs_wanted
from headwater.runs.rules.history import whole_minutes
from headwater.runs.schemas.lists import RunsWanted
from headwater.runs.schemas.shown import estimate_delay, estimate_run_time, show_task_run
from headwater.runs.schemas.states import StateType
from headwater.runs.schemas.ui import (
    CountByState,
    OfFlowRuns,
    OfFlows,
    RecentRunsWanted,
    SimpleFlowRun,
    SimpleNextFlowRun,
    TaskRunCount,
    TaskRunsInTime,
    UITaskRun,
)
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("ui_api", __name__, url_prefix="/api/ui")
BARS = 20
_NEXT = tuple(SimpleNextFlowRun.model_fields)


@blueprint.post("/flows/count-deployments")
@needs("flows:read")
@describes(
    "Count the deployments of flows.",
    body=OfFlows,
    answers={200: dict[UUID, int]},
    only=Major.THREE,
)
def post_deployment_counts() -> Response:
    wanted = parse_body(OfFlows)
    with reading() as session:
        counts = queries.count_deployments(session, current_workspace(), wanted.flow_ids)
    return answer({str(flow_id): count for flow_id, count in counts.items()})


@blueprint.post("/flows/next-runs")
@needs("flows:read")
@describes(
    "Read the next run of each flow.",
    body=OfFlows,
    answers={200: dict[UUID, SimpleNextFlowRun | None]},
    only=Major.THREE,
)
def post_next_runs() -> Response:
    wanted = parse_body(OfFlows)
    with reading() as session:
        rows = queries.list_next_runs(session, current_workspace(), wanted.flow_ids)
    found = {row.flow_id: dict(zip(_NEXT, row, strict=True)) for row in rows}
    return answer({str(flow_id): found.get(flow_id) for flow_id in wanted.flow_ids})


@blueprint.post("/flow_runs/history")
@needs("runs:read")
@describes(
    "List flow runs, with no more than a chart shows of them.",
    body=RecentRunsWanted,
    answers={200: list[SimpleFlowRun]},
)
def post_recent_runs() -> Response:
    wanted, now = parse_body(RecentRunsWanted), clock.now()
    with reading() as session:
        condition = flow_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        rows = list_recent_runs(session, condition, wanted.sort, wanted.limit, wanted.offset)
    shown = [
        {
            "id": run["id"],
            "state_type": run["state_type"],
            "timestamp": run["start_time"] or run["expected_start_time"],
            "duration": estimate_run_time(run, now),
            "lateness": estimate_delay(run, now),
        }
        for run in (row._asdict() for row in rows)
    ]
    return answer(shown)


@blueprint.post("/flow_runs/count-task-runs")
@needs("runs:read")
@describes(
    "Count the task runs of flow runs.",
    body=OfFlowRuns,
    answers={200: dict[UUID, int]},
    only=Major.THREE,
)
def post_task_run_counts() -> Response:
    wanted = parse_body(OfFlowRuns)
    with reading() as session:
        counts = queries.count_task_runs_of(session, current_workspace(), wanted.flow_run_ids)
    return answer({str(run_id): count for run_id, count in counts.items()})


@blueprint.post("/task_runs/count")
@needs("runs:read")
@describes("Count task runs by state.", body=RunsWanted, answers={200: CountByState})
def post_task_runs_by_state() -> Response:
    wanted = parse_body(RunsWanted)
    with reading() as session:
        condition = task_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        counts = queries.count_by_state(session, condition)
    return answer({str(kind): counts.get(kind, 0) for kind in StateType})


@blueprint.post("/task_runs/dashboard/counts")
@needs("runs:read")
@describes(
    "Count task runs that have ended, by twentieths of a time.",
    body=TaskRunsInTime,
    answers={200: list[TaskRunCount]},
)
def post_dashboard_counts() -> Response:
    wanted = parse_body(TaskRunsInTime)
    started = wanted.task_runs.start_time
    if started is None or started.after_ is None:
        raise InvalidError("task_runs.start_time.after_ is required")
    window = whole_minutes(started.after_, started.before_ or clock.now())
    # Which states, is this route's own to say.
    others = wanted.task_runs.model_copy(update={"state": None})
    wanted = wanted.model_copy(update={"task_runs": others})
    bars = [{"completed": 0, "failed": 0} for _ in range(BARS)]
    if window.end <= window.start:
        return answer(bars)
    with reading() as session:
        condition = task_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        rows = queries.count_ended(session, condition, window, BARS)
    for row in rows:
        bars[min(row.number, BARS - 1)] = {"completed": row.completed, "failed": row.failed}
    return answer(bars)


@blueprint.get("/task_runs/<uuid:run_id>")
@needs("runs:read")
@describes("Read a task run and its flow run's name.", answers={200: UITaskRun}, only=Major.THREE)
def get_task_run(run_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_task_run_and_flow_run_name(session, current_workspace(), run_id)
    return answer(show_task_run(row._asdict(), clock.now()))
