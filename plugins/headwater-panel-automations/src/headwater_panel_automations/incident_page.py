"""The page of one incident: what it is about, what led to it, what became of it; it is closed
there."""

from uuid import UUID

from flask import make_response, render_template, request, url_for
from pydantic import ValidationError
from werkzeug import Response

from headwater.api import add_notice, current_workspace, needs, now, reading, render_live, write
from headwater.api.forms import Wrong, say_fault
from headwater.api.incidents import Closing, ConflictError, close_incident, get_incident
from headwater.api.pages import see
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.shown_incidents import (
    SEVERITIES,
    ShownIncident,
    Trail,
    read_trail,
    show_incidents,
)

INCIDENT = "/automations/incident/<uuid:incident_id>"


@blueprint.get(INCIDENT)
@needs("incidents:read")
def show_incident(incident_id: UUID) -> Response:
    incident, trail = _read(incident_id)
    return render_live(
        "headwater_panel_automations/incident.html",
        "headwater_panel_automations/_incident.html",
        shown=(incident, trail),
        incident=incident,
        trail=trail,
        severities=SEVERITIES,
    )


@blueprint.get(f"{INCIDENT}/close")
@needs("incidents:write")
def show_closing(incident_id: UUID) -> Response:
    return _closing_page(incident_id, "", Wrong())


@blueprint.post(f"{INCIDENT}/close")
@needs("incidents:write")
def post_closing(incident_id: UUID) -> Response:
    workspace, moment = current_workspace(), now()
    note = request.form.get("note", "").replace("\r\n", "\n").strip()
    try:
        closing = Closing(note=note or None)
    except ValidationError as error:
        (fault,) = error.errors(include_url=False)
        return _closing_page(incident_id, note, Wrong({"note": say_fault(fault["msg"])}))
    try:
        write(lambda session: close_incident(session, workspace, incident_id, closing, now=moment))
    except ConflictError as error:
        add_notice(str(error), went_well=False)
    else:
        add_notice("The incident is closed.")
    return see(url_for(".show_incident", incident_id=incident_id))


def _closing_page(incident_id: UUID, note: str, wrong: Wrong) -> Response:
    incident, _ = _read(incident_id)
    template = "headwater_panel_automations/close_incident.html"
    page = render_template(template, incident=incident, note=note, wrong=wrong)
    return make_response(page, 422 if wrong else 200)


def _read(incident_id: UUID) -> tuple[ShownIncident, Trail]:
    workspace = current_workspace()
    with reading() as session:
        row = get_incident(session, workspace, incident_id)
        (incident,) = show_incidents(session, workspace, [row])
        return incident, read_trail(session, workspace, incident)
