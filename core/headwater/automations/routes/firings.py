"""The route of what an automation did, Headwater's own."""

from uuid import UUID

from flask import Blueprint, Response

from headwater.automations.schemas.history import FiringShown, FiringsWanted
from headwater.automations.service import history as service
from headwater.db.session import reading
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("firings_api", __name__, url_prefix="/api/headwater/automations")


@blueprint.post("/<uuid:automation_id>/firings/filter")
@needs("automations:read")
@describes(
    "List the firings of an automation with their actions, the newest first.",
    body=FiringsWanted,
    answers={200: list[FiringShown]},
)
def post_firing_filter(automation_id: UUID) -> Response:
    wanted, workspace = parse_body(FiringsWanted), current_workspace()
    page = (wanted.page_limit, wanted.offset)
    with reading() as session:
        return answer(service.list_firings(session, workspace, automation_id, *page))
