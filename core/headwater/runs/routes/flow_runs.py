"""The routes of flow runs."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import flow_runs as queries
from headwater.runs.queries.lists import flow_runs_wanted
from headwater.runs.routes.orchestration import answer_decision
from headwater.runs.schemas.flow_runs import FlowRunCreate, FlowRunUpdate, SetState
from headwater.runs.schemas.lists import FlowRunPage, RunsWanted
from headwater.runs.schemas.shown import show_flow_run
from headwater.runs.service import flow_runs as service
from headwater.web.context import current_workspace
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("flow_runs_api", __name__, url_prefix="/api/flow_runs")


@blueprint.post("/")
@needs("runs:write")
def post_flow_run() -> Response:
    new, workspace, now = parse_body(FlowRunCreate), current_workspace(), clock.now()
    run, created = write(lambda session: service.create_flow_run(session, workspace, new, now=now))
    return answer(show_flow_run(run, now), 201 if created else 200)


@blueprint.get("/<uuid:run_id>")
@needs("runs:read")
def get_flow_run(run_id: UUID) -> Response:
    with reading() as session:
        run = queries.get_flow_run(session, current_workspace(), run_id)
    return answer(show_flow_run(run._asdict(), clock.now()))


@blueprint.patch("/<uuid:run_id>")
@needs("runs:write")
def patch_flow_run(run_id: UUID) -> Response:
    wanted, workspace, now = parse_body(FlowRunUpdate), current_workspace(), clock.now()
    write(lambda session: service.update_flow_run(session, workspace, run_id, wanted, now=now))
    return no_content()


@blueprint.post("/<uuid:run_id>/set_state")
@needs("runs:write")
def post_flow_run_state(run_id: UUID) -> Response:
    wanted, workspace, now = parse_body(SetState), current_workspace(), clock.now()
    decision, state = write(
        lambda session: service.set_flow_run_state(
            session, workspace, run_id, wanted.state, force=wanted.force, now=now
        )
    )
    return answer_decision(decision, state)


@blueprint.post("/filter")
@needs("runs:read")
def post_flow_run_filter() -> Response:
    wanted, now = parse_body(FlowRunPage), clock.now()
    with reading() as session:
        condition = flow_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        rows = queries.list_flow_runs(session, condition, *page)
    return answer([show_flow_run(row._asdict(), now) for row in rows])


@blueprint.post("/count")
@needs("runs:read")
def post_flow_run_count() -> Response:
    wanted = parse_body(RunsWanted)
    with reading() as session:
        condition = flow_runs_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        return answer(queries.count_flow_runs(session, condition))
