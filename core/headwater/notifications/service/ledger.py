"""What people look up of what was told, and have sent again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.session import signal_after_commit
from headwater.errors import ConflictError, NotFoundError
from headwater.notifications.outbox import TOPIC
from headwater.notifications.queries import deliveries as queries
from headwater.notifications.schemas.deliveries import (
    DeliveriesWanted,
    DeliveryInFull,
    DeliveryShown,
    ResendWanted,
    Resent,
)
from headwater.notifications.schemas.states import DeliveryState

_TO_SEND = (
    *(DeliveryState.DEAD, DeliveryState.PARTLY, DeliveryState.PENDING),
    *(DeliveryState.HELD, DeliveryState.SUPPRESSED),
)


def list_wanted(session: Session, workspace: UUID, wanted: DeliveriesWanted) -> list[DeliveryShown]:
    """Return the latest first."""
    return queries.list_deliveries(session, workspace, wanted)


def get(session: Session, workspace: UUID, delivery_id: UUID) -> DeliveryInFull:
    """Return a delivery with each of its attempts."""
    found = queries.find_delivery(session, workspace, delivery_id)
    if found is None:
        raise NotFoundError("Delivery not found")
    tries = queries.list_attempts(session, workspace, delivery_id)
    return DeliveryInFull(**vars(found), tries=tries)


def resend(
    session: Session,
    workspace: UUID,
    delivery_id: UUID,
    *,
    everyone: bool = False,
    now: datetime,
) -> None:
    """Send at once, by a new schedule, what was given up or dropped, or waits.

    Who was told already is told again only where *everyone* is to be.
    """
    state = get(session, workspace, delivery_id).state
    if state not in _TO_SEND:
        raise ConflictError(f"The delivery is {state} and cannot be sent again.")
    if not queries.change_delivery(session, workspace, delivery_id, state, _anew(now, everyone)):
        raise ConflictError("The delivery has just begun to be sent.")
    signal_after_commit(session, TOPIC)


def resend_many(
    session: Session, workspace: UUID, wanted: ResendWanted, *, now: datetime
) -> Resent:
    """Send again some of what was given up, the oldest first, as `resend` does.

    What is given up anew after *until* is left out, so that who asks for all of it comes to an end.
    """
    until, limit = wanted.until or now, wanted.page_limit
    ids = queries.list_dead(session, workspace, wanted.deliveries, until, limit + 1)
    some = ids[:limit]
    if not some:
        return Resent(0, bool(ids), until)
    count = queries.change_dead(session, workspace, some, _anew(now, wanted.everyone))
    signal_after_commit(session, TOPIC)
    return Resent(count, len(ids) > limit, until)


def _anew(now: datetime, everyone: bool) -> dict[str, Any]:
    values: dict[str, Any] = {"state": DeliveryState.PENDING, "due": now, "failures": 0}
    values |= {"reason": None, "claim": None, "resent": now, "fall_back": None, "untold": None}
    return values | {"told": None} if everyone else values
