"""The routes of lists by page number, which also count: flows, flow runs, task runs."""

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading
from headwater.runs.queries.flow_run_lists import read_flow_runs
from headwater.runs.queries.flows import count_flows, read_flows
from headwater.runs.queries.lists import (
    count_wanted_flow_runs,
    flow_runs_wanted,
    flows_wanted,
    task_runs_wanted,
)
from headwater.runs.queries.task_runs import count_task_runs, read_task_runs
from headwater.runs.schemas.pages import (
    FlowPaginationResponse,
    FlowRunPaginationResponse,
    NumberedFlowPage,
    NumberedFlowRunPage,
    NumberedTaskRunPage,
    TaskRunPaginationResponse,
)
from headwater.runs.schemas.shown import show_flow_runs, show_flows, show_task_runs
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("pages_api", __name__, url_prefix="/api")


@blueprint.post("/flows/paginate")
@needs("flows:read")
@describes(
    "List a page of flows, and count all.",
    body=NumberedFlowPage,
    answers={200: FlowPaginationResponse},
)
def post_flow_page() -> Response:
    wanted = parse_body(NumberedFlowPage)
    page = (wanted.sort, wanted.page_limit, wanted.offset)
    with reading() as session:
        condition = flows_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        rows = read_flows(session, condition, *page)
        count = count_flows(session, condition)
    return answer(wanted.show(show_flows(rows), count))


@blueprint.post("/flow_runs/paginate")
@needs("runs:read")
@describes(
    "List a page of flow runs, and count all.",
    body=NumberedFlowRunPage,
    answers={200: FlowRunPaginationResponse},
)
def post_flow_run_page() -> Response:
    wanted, now = parse_body(NumberedFlowRunPage), clock.now()
    page = (wanted.sort, wanted.page_limit, wanted.offset)
    with reading() as session:
        condition = flow_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        rows = read_flow_runs(session, condition, *page)
        count = count_wanted_flow_runs(session, current_workspace(), wanted)
    return answer(wanted.show(show_flow_runs(rows, now), count))


@blueprint.post("/task_runs/paginate")
@needs("runs:read")
@describes(
    "List a page of task runs, and count all.",
    body=NumberedTaskRunPage,
    answers={200: TaskRunPaginationResponse},
)
def post_task_run_page() -> Response:
    wanted, now = parse_body(NumberedTaskRunPage), clock.now()
    page = (wanted.sort, wanted.page_limit, wanted.offset)
    with reading() as session:
        condition = task_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        rows = read_task_runs(session, condition, *page)
        count = count_task_runs(session, condition)
    return answer(wanted.show(show_task_runs(rows, now), count))
