"""The routes of incidents, Headwater's own."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.incidents import queries, service
from headwater.incidents.schemas.incidents import Closing, Incident, IncidentsWanted
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("incidents_api", __name__, url_prefix="/api/headwater/incidents")


@blueprint.post("/filter")
@needs("incidents:read")
@describes("List incidents, the newest first.", body=IncidentsWanted, answers={200: list[Incident]})
def post_incident_filter() -> Response:
    wanted = parse_body(IncidentsWanted)
    with reading() as session:
        rows = queries.list_incidents(session, current_workspace(), wanted)
    return answer([row._asdict() for row in rows])


@blueprint.get("/<uuid:incident_id>")
@needs("incidents:read")
@describes("Read an incident.", answers={200: Incident})
def get_incident(incident_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_incident(session, current_workspace(), incident_id)
    return answer(row._asdict())


@blueprint.post("/<uuid:incident_id>/close")
@needs("incidents:write")
@describes("Close an incident.", body=Closing, answers={204: None})
def post_closing(incident_id: UUID) -> Response:
    closing, workspace, now = parse_body(Closing), current_workspace(), clock.now()
    write(lambda session: service.close(session, workspace, incident_id, closing, now=now))
    return no_content()
