"""The route that moves many runs to a state."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.errors import NotFoundError
from headwater.runs.routes.orchestration import show_decision
from headwater.runs.schemas.answers import FlowRunBulkSetStateResponse
from headwater.runs.schemas.bulk import FlowRunsToMove
from headwater.runs.schemas.shown import Shown
from headwater.runs.service.flow_runs import set_flow_run_state
from headwater.runs.service.removals import list_flow_run_ids
from headwater.web.caller import current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("bulk_api", __name__, url_prefix="/api/flow_runs")


@blueprint.post("/bulk_set_state")
@needs("runs:write")
@describes(
    "Propose a state for each flow run that meets a filter.",
    body=FlowRunsToMove,
    answers={200: FlowRunBulkSetStateResponse},
)
def post_bulk_set_state() -> Response:
    wanted, workspace = parse_body(FlowRunsToMove), current_workspace()
    with reading() as session:
        runs = list_flow_run_ids(session, workspace, wanted)
    results = [result for run_id in runs if (result := _move(workspace, run_id, wanted))]
    return answer({"results": results})


def _move(workspace: UUID, run_id: UUID, wanted: FlowRunsToMove) -> Shown | None:
    """Move one run, in a unit of its own: None if it is gone meanwhile."""
    now, client = clock.now(), current_caller().release
    try:
        decision, state = write(
            lambda session: set_flow_run_state(
                session,
                workspace,
                run_id,
                wanted.state,
                force=wanted.force,
                client=client,
                now=now,
            )
        )
    except NotFoundError:
        return None
    return {"flow_run_id": run_id, **show_decision(decision, state)}
