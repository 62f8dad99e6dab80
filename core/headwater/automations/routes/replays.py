"""The route by which people try an automation on what was, Headwater's own."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.automations.schemas.replays import Replayed, ReplayWanted
from headwater.automations.service.replaying import replay
from headwater.db.session import reading
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("automation_replays_api", __name__, url_prefix="/api/headwater/automations")


@blueprint.post("/<uuid:automation_id>/replay")
@needs("automations:read")
@describes("Try an automation on the event log.", body=ReplayWanted, answers={200: Replayed})
def post_replay(automation_id: UUID) -> Response:
    """Say how often it would have fired in the last hours, and by what. Nothing is done."""
    wanted, now = parse_body(ReplayWanted), clock.now()
    since = now - timedelta(hours=wanted.hours)
    with reading() as session:
        return answer(replay(session, current_workspace(), automation_id, since, now=now))
