"""Every statement over what waits for channels that rest, where others could be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select, text, update
from sqlalchemy.orm import Session

from headwater.notifications.models import ChannelHealth, ChannelPause, Delivery, Notification
from headwater.notifications.schemas.states import DeliveryState

_DELIVERY, _NOTIFICATION = Delivery.__table__, Notification.__table__
_PAUSE, _HEALTH = ChannelPause.__table__, ChannelHealth.__table__
_OWN: tuple[str, ...] = ("id", "workspace_id", "channel_id", "notification_id", "group_id")
_OWN += ("order_key", "seq", "reason")

_STUCK: Select[Any] = (
    select(
        *(_DELIVERY.c[name] for name in _OWN),
        _NOTIFICATION.c.fallback_channel_ids,
        _PAUSE.c.until,
        _HEALTH.c.open_until,
        _HEALTH.c.reason.label("illness"),
    )
    .select_from(_PAUSE)
    .join(_DELIVERY, _DELIVERY.c.channel_id == _PAUSE.c.channel_id)
    .join(_NOTIFICATION, _NOTIFICATION.c.id == _DELIVERY.c.notification_id)
    .outerjoin(_HEALTH, _HEALTH.c.channel_id == _PAUSE.c.channel_id)
    .where(
        _PAUSE.c.refused,
        _PAUSE.c.until > bindparam("now"),
        # As the index has it.
        text("delivery.fall_back IS NOT NULL AND delivery.state = 'pending'"),
        _DELIVERY.c.fall_back < _PAUSE.c.until,
    )
    .order_by(_DELIVERY.c.fall_back, _DELIVERY.c.id)
    .limit(bindparam("limit"))
)
_TAKE = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("delivery"), _DELIVERY.c.state == DeliveryState.PENDING)
    .values(state=DeliveryState.MERGED, reason=bindparam("why"))
    .returning(_DELIVERY.c.id)
)

ELSEWHERE = "another channel is told: "  # how the reason of what was taken begins
_TAKE_BACK = (
    update(_DELIVERY)
    .where(
        _DELIVERY.c.notification_id == bindparam("notification"),
        _DELIVERY.c.state == DeliveryState.MERGED,
        _DELIVERY.c.reason.startswith(ELSEWHERE),
    )
    .values(state=DeliveryState.PENDING, due=bindparam("now"), reason=None, fall_back=None)
)


def list_stuck(session: Session, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Return deliveries whose channels rest for longer than they are to wait."""
    return session.execute(_STUCK, {"now": now, "limit": limit}).all()


def take(session: Session, delivery_id: UUID, reason: str) -> bool:
    """Have a delivery wait no longer; say if it still did."""
    values = {"delivery": delivery_id, "why": f"{ELSEWHERE}{reason}"}
    return session.execute(_TAKE, values).first() is not None


def take_back(session: Session, notification_id: UUID, now: datetime) -> None:
    """Have what was taken wait for its channels again, since no other could be told."""
    session.execute(_TAKE_BACK, {"notification": notification_id, "now": now})
