"""The route by which people ask why an automation did or did not fire, Headwater's own."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.automations.schemas.explanations import Why, WhyWanted
from headwater.automations.service.explaining import explain
from headwater.db.session import reading
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("explanations_api", __name__, url_prefix="/api/headwater/automations")


@blueprint.post("/<uuid:automation_id>/why")
@needs("automations:read")
@describes("Ask why an automation fired or did not.", body=WhyWanted, answers={200: Why})
def post_why(automation_id: UUID) -> Response:
    """Say of the latest events of a run or resource, or of one event, what each trigger made of
    them, and what came of it."""
    wanted, now = parse_body(WhyWanted), clock.now()
    with reading() as session:
        return answer(explain(session, current_workspace(), automation_id, wanted, now=now))
