"""The routes of flows."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import flows as queries
from headwater.runs.queries.lists import flows_wanted, read_wanted_flows
from headwater.runs.schemas.answers import Flow
from headwater.runs.schemas.flows import FlowCreate, FlowUpdate
from headwater.runs.schemas.lists import FlowPage, RunsWanted
from headwater.runs.schemas.shown import show_flow, show_flows
from headwater.runs.service import flows as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("flows_api", __name__, url_prefix="/api/flows")


@blueprint.post("/")
@needs("flows:write")
@describes(
    "Create a flow, or return the one of the same name.",
    body=FlowCreate,
    answers={200: Flow, 201: Flow},
)
def post_flow() -> Response:
    new, workspace, now = parse_body(FlowCreate), current_workspace(), clock.now()
    row, created = write(lambda session: service.create_flow(session, workspace, new, now=now))
    return answer(show_flow(row._asdict()), 201 if created else 200)


@blueprint.get("/<uuid:flow_id>")
@needs("flows:read")
@describes("Read a flow.", answers={200: Flow})
def get_flow(flow_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_flow(session, current_workspace(), flow_id)
    return answer(show_flow(row._asdict()))


@blueprint.patch("/<uuid:flow_id>")
@needs("flows:write")
@describes("Change a flow's tags.", body=FlowUpdate, answers={204: None})
def patch_flow(flow_id: UUID) -> Response:
    wanted, workspace, now = parse_body(FlowUpdate), current_workspace(), clock.now()
    write(lambda session: service.update_flow(session, workspace, flow_id, wanted, now=now))
    return no_content()


@blueprint.get("/name/<name>")
@needs("flows:read")
@describes("Read a flow by its name.", answers={200: Flow})
def get_flow_by_name(name: str) -> Response:
    with reading() as session:
        row = service.get_flow_by_name(session, current_workspace(), name)
    return answer(show_flow(row._asdict()))


@blueprint.post("/filter")
@needs("flows:read")
@describes("List flows.", body=FlowPage, answers={200: list[Flow]})
def post_flow_filter() -> Response:
    wanted = parse_body(FlowPage)
    with reading() as session:
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        flows = read_wanted_flows(session, current_workspace(), wanted, *page)
    return answer(show_flows(flows))


@blueprint.post("/count")
@needs("flows:read")
@describes("Count flows.", body=RunsWanted, answers={200: int})
def post_flow_count() -> Response:
    wanted = parse_body(RunsWanted)
    with reading() as session:
        condition = flows_wanted(current_workspace(), wanted, session.get_bind().dialect.name)
        return answer(queries.count_flows(session, condition))
