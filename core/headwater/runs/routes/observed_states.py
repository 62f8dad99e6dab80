"""The routes of single states, and of the kinds of states that there are."""

from uuid import UUID

from flask import Blueprint, Response

from headwater.db.session import reading
from headwater.runs.queries import states as queries
from headwater.runs.schemas.answers import State
from headwater.runs.schemas.observed_states import ObservedState, ObservedStatesWanted
from headwater.runs.schemas.shown import show_state
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_query

blueprint = Blueprint("observed_states_api", __name__, url_prefix="/api")
_SHOWN = tuple(ObservedState.model_fields)


@blueprint.get("/flow_run_states/<uuid:state_id>")
@needs("runs:read")
@describes("Read a state that a flow run was in.", answers={200: State})
def get_flow_run_state(state_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_flow_run_state(session, current_workspace(), state_id)
    return answer(show_state(row._asdict()))


@blueprint.get("/task_run_states/<uuid:state_id>")
@needs("runs:read")
@describes("Read a state that a task run was in.", answers={200: State})
def get_task_run_state(state_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_task_run_state(session, current_workspace(), state_id)
    return answer(show_state(row._asdict()))


@blueprint.get("/observed-states")
@needs("runs:read")
@describes(
    "List the kinds of states that runs have been in.",
    query=ObservedStatesWanted,
    answers={200: list[ObservedState]},
    only=Major.THREE,
)
def get_observed_states() -> Response:
    wanted = parse_query(ObservedStatesWanted)
    with reading() as session:
        rows = queries.list_observed_states(session, current_workspace(), wanted)
    return answer([dict(zip(_SHOWN, row, strict=True)) for row in rows])
