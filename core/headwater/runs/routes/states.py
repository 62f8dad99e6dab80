"""The routes of the states that a run has been in."""

from uuid import UUID

from flask import Blueprint, Response
from pydantic import ConfigDict

from headwater.db.session import reading
from headwater.runs.queries.flow_runs import list_flow_run_states
from headwater.runs.queries.task_runs import list_task_run_states
from headwater.runs.schemas.answers import State
from headwater.runs.schemas.shown import show_state
from headwater.shapes import Shape
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_query

blueprint = Blueprint("states_api", __name__, url_prefix="/api")


class OfFlowRun(Shape):
    model_config = ConfigDict(frozen=True)

    flow_run_id: UUID


class OfTaskRun(Shape):
    model_config = ConfigDict(frozen=True)

    task_run_id: UUID


@blueprint.get("/flow_run_states/")
@needs("runs:read")
@describes("List the states that a flow run was in.", query=OfFlowRun, answers={200: list[State]})
def get_flow_run_states() -> Response:
    wanted = parse_query(OfFlowRun)
    with reading() as session:
        rows = list_flow_run_states(session, current_workspace(), wanted.flow_run_id)
    return answer([show_state(row._asdict()) for row in rows])


@blueprint.get("/task_run_states/")
@needs("runs:read")
@describes("List the states that a task run was in.", query=OfTaskRun, answers={200: list[State]})
def get_task_run_states() -> Response:
    wanted = parse_query(OfTaskRun)
    with reading() as session:
        rows = list_task_run_states(session, current_workspace(), wanted.task_run_id)
    return answer([show_state(row._asdict()) for row in rows])
