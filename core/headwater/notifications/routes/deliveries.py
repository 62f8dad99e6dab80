"""The routes of deliveries, Headwater's own: what was told, what was not and why."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.notifications.schemas.deliveries import (
    DeliveriesWanted,
    DeliveryInFull,
    DeliveryShown,
    ResendOne,
    ResendWanted,
    Resent,
)
from headwater.notifications.service import ledger as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("deliveries_api", __name__, url_prefix="/api/headwater/notifications")


@blueprint.post("/filter")
@needs("notifications:read")
@describes(
    "List what was told, is due, or failed.",
    body=DeliveriesWanted,
    answers={200: list[DeliveryShown]},
)
def post_delivery_filter() -> Response:
    wanted = parse_body(DeliveriesWanted)
    with reading() as session:
        return answer(service.list_wanted(session, current_workspace(), wanted))


@blueprint.post("/resend")
@needs("notifications:write")
@describes("Send dead deliveries again.", body=ResendWanted, answers={200: Resent})
def post_resend_many() -> Response:
    """Send again, at once, what was given up, the oldest first: 200 or the limit at a time."""
    wanted, workspace, now = parse_body(ResendWanted), current_workspace(), clock.now()
    return answer(write(lambda session: service.resend_many(session, workspace, wanted, now=now)))


@blueprint.get("/<uuid:delivery_id>")
@needs("notifications:write")  # what a service answered is for those who may change its address
@describes("Read a delivery with its attempts.", answers={200: DeliveryInFull})
def get_delivery(delivery_id: UUID) -> Response:
    with reading() as session:
        return answer(service.get(session, current_workspace(), delivery_id))


@blueprint.post("/<uuid:delivery_id>/resend")
@needs("notifications:write")
@describes("Send a delivery again.", body=ResendOne, answers={204: None})
def post_resend(delivery_id: UUID) -> Response:
    """Send again, at once, what was given up or waits for its next try; of several whom the channel
    tells, to those who were not told yet."""
    everyone = parse_body(ResendOne).everyone
    workspace, now = current_workspace(), clock.now()
    write(
        lambda session: service.resend(session, workspace, delivery_id, everyone=everyone, now=now)
    )
    return no_content()
