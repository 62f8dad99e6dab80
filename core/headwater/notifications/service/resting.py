"""Tells over fallbacks what waits too long for channels that rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.session import signal_after_commit
from headwater.notifications.outbox import TOPIC
from headwater.notifications.queries import resting as queries
from headwater.notifications.service.following import tell_next

BUSY = "the service had too many messages"


@dataclass(frozen=True)
class Stuck:
    """A delivery of a problem or of news, as `following.Failed` has it: recoveries wait."""

    delivery_id: UUID
    workspace_id: UUID
    channel_id: UUID
    notification_id: UUID
    fallbacks: Sequence[UUID]
    group_id: UUID | None
    order_key: UUID | None
    seq: int
    problem: None = None


def fall_back(session: Session, row: Row[Any], *, now: datetime) -> None:
    """Tell the next channel in place of one that rests, unless that was tried meanwhile.

    The first is not told later, nor that it is over, if it was never tried.
    """
    why = row.illness if row.open_until else row.reason
    reason = f"it rests until {row.until:%Y-%m-%d %H:%M} UTC: {why or BUSY}"
    if not queries.take(session, row.id, reason):
        return
    stuck = Stuck(
        delivery_id=row.id,
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        notification_id=row.notification_id,
        fallbacks=[UUID(id_) for id_ in parse(row.fallback_channel_ids)],
        group_id=row.group_id,
        order_key=row.order_key,
        seq=row.seq,
    )
    tell_next(session, stuck, reason, now=now)
    signal_after_commit(session, TOPIC)
