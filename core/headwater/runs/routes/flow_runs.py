"""The routes of flow runs."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import flow_runs as queries
from headwater.runs.queries.flow_run_lists import read_flow_runs
from headwater.runs.queries.lists import count_wanted_flow_runs, flow_runs_wanted
from headwater.runs.routes.orchestration import answer_decision
from headwater.runs.schemas.answers import FlowRunResponse, OrchestrationResult
from headwater.runs.schemas.flow_runs import (
    LABELS,
    FlowRunCreate,
    FlowRunUpdate,
    SetState,
)
from headwater.runs.schemas.lists import FlowRunPage, RunsWanted
from headwater.runs.schemas.shown import show_flow_run, show_flow_runs
from headwater.runs.service import flow_runs as service
from headwater.texts import ChosenLabels
from headwater.web.caller import current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body, parse_list

blueprint = Blueprint("flow_runs_api", __name__, url_prefix="/api/flow_runs")


@blueprint.post("/")
@needs("runs:write")
@describes(
    "Create a flow run, or return the one of the same idempotency key.",
    body=FlowRunCreate,
    answers={200: FlowRunResponse, 201: FlowRunResponse},
)
def post_flow_run() -> Response:
    new, workspace, now = parse_body(FlowRunCreate), current_workspace(), clock.now()
    run, created = write(lambda session: service.create_flow_run(session, workspace, new, now=now))
    return answer(show_flow_run(run, now), 201 if created else 200)


@blueprint.get("/<uuid:run_id>")
@needs("runs:read")
@describes("Read a flow run.", answers={200: FlowRunResponse})
def get_flow_run(run_id: UUID) -> Response:
    with reading() as session:
        run = queries.get_flow_run(session, current_workspace(), run_id)
    return answer(show_flow_run(run._asdict(), clock.now()))


@blueprint.patch("/<uuid:run_id>")
@needs("runs:write")
@describes("Change a flow run; what is absent stays.", body=FlowRunUpdate, answers={204: None})
def patch_flow_run(run_id: UUID) -> Response:
    wanted, workspace, now = parse_body(FlowRunUpdate), current_workspace(), clock.now()
    write(lambda session: service.update_flow_run(session, workspace, run_id, wanted, now=now))
    return no_content()


@blueprint.patch("/<uuid:run_id>/labels")
@needs("runs:write")
@describes(
    "Add labels to a flow run; those of the same names change.",
    body=ChosenLabels,
    answers={204: None},
)
def patch_flow_run_labels(run_id: UUID) -> Response:
    labels, workspace, now = parse_list(LABELS), current_workspace(), clock.now()
    write(lambda session: service.add_labels(session, workspace, run_id, labels, now=now))
    return no_content()


@blueprint.post("/<uuid:run_id>/set_state")
@needs("runs:write")
@describes(
    "Propose a state for a flow run.",
    body=SetState,
    answers={200: OrchestrationResult, 201: OrchestrationResult},
)
def post_flow_run_state(run_id: UUID) -> Response:
    wanted, workspace, now = parse_body(SetState), current_workspace(), clock.now()
    client = current_caller().release
    decision, state = write(
        lambda session: service.set_flow_run_state(
            session,
            workspace,
            run_id,
            wanted.state,
            force=wanted.force,
            client=client,
            now=now,
        )
    )
    return answer_decision(decision, state)


@blueprint.post("/filter")
@needs("runs:read")
@describes("List flow runs.", body=FlowRunPage, answers={200: list[FlowRunResponse]})
def post_flow_run_filter() -> Response:
    wanted, now = parse_body(FlowRunPage), clock.now()
    with reading() as session:
        condition = flow_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        runs = read_flow_runs(session, condition, *page)
    return answer(show_flow_runs(runs, now))


@blueprint.post("/count")
@needs("runs:read")
@describes("Count flow runs.", body=RunsWanted, answers={200: int})
def post_flow_run_count() -> Response:
    wanted = parse_body(RunsWanted)
    with reading() as session:
        return answer(count_wanted_flow_runs(session, current_workspace(), wanted))
