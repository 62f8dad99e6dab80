"""The routes of automations."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.automations.queries import automations as queries
from headwater.automations.schemas.automations import (
    Automation,
    AutomationCreate,
    AutomationPartialUpdate,
    AutomationsCounted,
    AutomationsWanted,
    AutomationUpdate,
)
from headwater.automations.service import automations as service
from headwater.db.session import reading, write
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("automations_api", __name__, url_prefix="/api/automations")


@blueprint.post("/")
@needs("automations:write")
@describes("Create an automation.", body=AutomationCreate, answers={201: Automation})
def post_automation() -> Response:
    new, workspace, now = parse_body(AutomationCreate), current_workspace(), clock.now()
    row = write(lambda session: service.create(session, workspace, new, now=now))
    return answer(row._asdict(), 201)


@blueprint.post("/filter")
@needs("automations:read")
@describes("List automations.", body=AutomationsWanted, answers={200: list[Automation]})
def post_automation_filter() -> Response:
    wanted, workspace = parse_body(AutomationsWanted), current_workspace()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = queries.automations_wanted(workspace, wanted.automations, dialect)
        page = (wanted.sort, wanted.page_limit, wanted.offset)
        rows = queries.list_automations(session, condition, *page)
    return answer([row._asdict() for row in rows])


@blueprint.post("/count")
@needs("automations:read")
@describes("Count automations.", body=AutomationsCounted, answers={200: int})
def post_automation_count() -> Response:
    wanted, workspace = parse_body(AutomationsCounted), current_workspace()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = queries.automations_wanted(workspace, wanted.automations, dialect)
        return answer(queries.count_automations(session, condition))


@blueprint.get("/<uuid:automation_id>")
@needs("automations:read")
@describes("Read an automation.", answers={200: Automation})
def get_automation(automation_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_automation(session, current_workspace(), automation_id)
    return answer(row._asdict())


@blueprint.put("/<uuid:automation_id>")
@needs("automations:write")
@describes("Replace an automation.", body=AutomationUpdate, answers={204: None})
def put_automation(automation_id: UUID) -> Response:
    new, workspace, now = parse_body(AutomationUpdate), current_workspace(), clock.now()
    write(lambda session: service.replace(session, workspace, automation_id, new, now=now))
    return no_content()


@blueprint.patch("/<uuid:automation_id>")
@needs("automations:write")
@describes("Switch an automation on or off.", body=AutomationPartialUpdate, answers={204: None})
def patch_automation(automation_id: UUID) -> Response:
    change, workspace, now = parse_body(AutomationPartialUpdate), current_workspace(), clock.now()
    write(lambda session: service.update(session, workspace, automation_id, change, now=now))
    return no_content()


@blueprint.delete("/<uuid:automation_id>")
@needs("automations:write")
@describes("Delete an automation.", answers={204: None})
def delete_automation(automation_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, automation_id, now=now))
    return no_content()


@blueprint.get("/related-to/<resource_id>")
@needs("automations:read")
@describes("List what a resource owns, or is run by.", answers={200: list[Automation]})
def get_related(resource_id: str) -> Response:
    with reading() as session:
        rows = queries.list_related_to(session, current_workspace(), resource_id)
    return answer([row._asdict() for row in rows])


@blueprint.delete("/owned-by/<resource_id>")
@needs("automations:write")
@describes("Delete what a resource owns.", answers={202: type(None)})
def delete_owned(resource_id: str) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: queries.delete_owned_by(session, workspace, resource_id, now))
    return answer(None, 202)
