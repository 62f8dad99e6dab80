"""The routes that remove flows and runs, one or many."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import write
from headwater.runs.schemas.answers import FlowBulkDeleteResponse, FlowRunBulkDeleteResponse
from headwater.runs.schemas.bulk import FlowRunsToDelete, FlowsToDelete
from headwater.runs.service import removals as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("removals_api", __name__, url_prefix="/api")


@blueprint.delete("/flow_runs/<uuid:run_id>")
@needs("runs:write")
@describes("Remove a flow run, with its states, task runs, inputs and logs.", answers={204: None})
def delete_flow_run(run_id: UUID) -> Response:
    workspace = current_workspace()
    write(lambda session: service.delete_flow_run(session, workspace, run_id))
    _delete_logs(workspace, [run_id])
    return no_content()


@blueprint.delete("/task_runs/<uuid:run_id>")
@needs("runs:write")
@describes("Remove a task run with its states.", answers={204: None})
def delete_task_run(run_id: UUID) -> Response:
    workspace = current_workspace()
    write(lambda session: service.delete_task_run(session, workspace, run_id))
    return no_content()


@blueprint.delete("/flows/<uuid:flow_id>")
@needs("flows:write")
@describes("Remove a flow with its runs.", answers={204: None})
def delete_flow(flow_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    runs = write(lambda session: service.delete_flow(session, workspace, flow_id, now=now))
    _delete_logs(workspace, runs)
    return no_content()


@blueprint.post("/flow_runs/bulk_delete")
@needs("runs:write")
@describes(
    "Remove the flow runs that meet a filter.",
    body=FlowRunsToDelete,
    answers={200: FlowRunBulkDeleteResponse},
)
def post_flow_run_bulk_delete() -> Response:
    wanted, workspace = parse_body(FlowRunsToDelete), current_workspace()
    deleted = write(lambda session: service.bulk_delete_flow_runs(session, workspace, wanted))
    _delete_logs(workspace, deleted)
    return answer({"deleted": deleted})


@blueprint.post("/flows/bulk_delete")
@needs("flows:write")
@describes(
    "Remove the flows that meet a filter, with their runs.",
    body=FlowsToDelete,
    answers={200: FlowBulkDeleteResponse},
)
def post_flow_bulk_delete() -> Response:
    wanted, workspace, now = parse_body(FlowsToDelete), current_workspace(), clock.now()
    deleted, runs = write(
        lambda session: service.bulk_delete_flows(session, workspace, wanted, now=now)
    )
    _delete_logs(workspace, runs)
    return answer({"deleted": deleted})


def _delete_logs(workspace: UUID, runs: Sequence[UUID]) -> None:
    """Remove lines in parts, so that no other writer waits for all of them."""
    more = bool(runs)
    while more:
        more = write(lambda session: service.delete_logs(session, workspace, runs))
