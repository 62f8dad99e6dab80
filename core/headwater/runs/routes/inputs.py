"""The routes of what is sent to runs, and of resuming them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries.inputs import list_inputs
from headwater.runs.rules.transitions import Status
from headwater.runs.schemas.answers import FlowRunInput, OrchestrationResult
from headwater.runs.schemas.inputs import FlowRunInputCreate, FlowRunInputsWanted, Resume
from headwater.runs.service import inputs as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("flow_run_inputs_api", __name__, url_prefix="/api/flow_runs")


@blueprint.post("/<uuid:run_id>/input")
@needs("runs:write")
@describes("Send a text to a run, under a key.", body=FlowRunInputCreate, answers={201: Any})
def post_input(run_id: UUID) -> Response:
    new, workspace, now = parse_body(FlowRunInputCreate), current_workspace(), clock.now()
    write(lambda session: service.create_input(session, workspace, run_id, new, now=now))
    return answer(None, 201)


@blueprint.post("/<uuid:run_id>/input/filter")
@needs("runs:read")
@describes(
    "List what was sent to a run, by the beginnings of the keys.",
    body=FlowRunInputsWanted,
    answers={200: list[FlowRunInput]},
)
def post_input_filter(run_id: UUID) -> Response:
    wanted = parse_body(FlowRunInputsWanted)
    with reading() as session:
        rows = list_inputs(session, current_workspace(), run_id, wanted)
    return answer([row._asdict() for row in rows])


@blueprint.get("/<uuid:run_id>/input/<key>")
@needs("runs:read")
@describes("Read a text that was sent to a run, as it is.", answers={200: str}, media="text/plain")
def get_input(run_id: UUID, key: str) -> Response:
    with reading() as session:
        value = service.get_value(session, current_workspace(), run_id, key)
    return Response(value, content_type="text/plain; charset=utf-8")


@blueprint.delete("/<uuid:run_id>/input/<key>")
@needs("runs:write")
@describes("Remove a text that was sent to a run.", answers={204: None})
def delete_input(run_id: UUID, key: str) -> Response:
    workspace = current_workspace()
    write(lambda session: service.delete_input(session, workspace, run_id, key))
    return no_content()


@blueprint.post("/<uuid:run_id>/resume")
@needs("runs:write")
@describes(
    "Let a paused run go on, with the input that it asked for.",
    body=Resume,
    answers={200: OrchestrationResult, 201: OrchestrationResult},
)
def post_resume(run_id: UUID) -> Response:
    wanted, workspace, now = parse_body(Resume), current_workspace(), clock.now()
    done = write(
        lambda session: service.resume(session, workspace, run_id, wanted.run_input, now=now)
    )
    # An input that is refused is an aborted wish, though the status says that it was rejected.
    kind = "abort" if done.is_refused else done.status.lower()
    details: dict[str, Any] = {"type": f"{kind}_details"}
    if done.status is not Status.ACCEPT:
        details["reason"] = done.reason
    body = {"state": done.state, "status": done.status, "details": details}
    return answer(body, 201 if done.is_written else 200)
