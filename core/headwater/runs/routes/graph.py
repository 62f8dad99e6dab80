"""The routes of what a flow run consists of."""

from uuid import UUID

from flask import Blueprint, Response, current_app

from headwater import clock
from headwater.db.session import reading
from headwater.runs.schemas.graph import DependencyResult, Graph, GraphWanted
from headwater.runs.service import graph as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_query

blueprint = Blueprint("graph_api", __name__, url_prefix="/api/flow_runs")


@blueprint.get("/<uuid:run_id>/graph")
@needs("runs:read")
@describes(
    "List a flow run's task runs and what they were given.", answers={200: list[DependencyResult]}
)
def get_graph(run_id: UUID) -> Response:
    now = clock.now()
    with reading() as session:
        found = service.list_dependencies(session, current_workspace(), run_id, now=now)
    return answer(found)


@blueprint.get("/<uuid:run_id>/graph-v2")
@needs("runs:read")
@describes("Read the graph of a flow run.", query=GraphWanted, answers={200: Graph})
def get_graph_v2(run_id: UUID) -> Response:
    wanted, workspace = parse_query(GraphWanted), current_workspace()
    artifacts = current_app.extensions[service.ARTIFACTS]
    with reading() as session:
        return answer(service.draw_graph(session, workspace, run_id, wanted.since, artifacts))
