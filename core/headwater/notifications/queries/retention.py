"""Statements that find and remove what is older than it is to be kept, in all workspaces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, bindparam, delete, exists, select, text, update
from sqlalchemy.orm import Session

from headwater.access.models import Workspace
from headwater.notifications.models import ANSWERED, Delivery, DeliveryAttempt, Notification

_DELIVERY, _NOTIFICATION = Delivery.__table__, Notification.__table__
_ATTEMPT = DeliveryAttempt.__table__
_WORKSPACES = select(Workspace.__table__.c.id).scalar_subquery()
_OLD_DELIVERIES: Select[Any] = (
    select(_DELIVERY.c.id, _DELIVERY.c.notification_id)
    .where(
        _DELIVERY.c.workspace_id.in_(_WORKSPACES),
        _DELIVERY.c.created < bindparam("before"),
        _DELIVERY.c.state.not_in(["pending", "sending", "held"]),  # what may be told yet stays
    )
    .limit(bindparam("most"))
)
_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
_REMOVE_DELIVERIES = delete(_DELIVERY).where(_DELIVERY.c.id.in_(_IDS))  # and their attempts
_REMOVE_NOTIFICATIONS = delete(_NOTIFICATION).where(
    _NOTIFICATION.c.id.in_(_IDS),
    ~exists().where(_DELIVERY.c.notification_id == _NOTIFICATION.c.id),
)
_OLD_ANSWERS: Select[Any] = (
    select(_ATTEMPT.c.delivery_id)
    .where(text(ANSWERED), _ATTEMPT.c.started < bindparam("before"))
    .limit(bindparam("most"))
)
_FORGET_ANSWERS = (
    update(_ATTEMPT)
    .where(
        text(ANSWERED),
        _ATTEMPT.c.started < bindparam("before"),
        _ATTEMPT.c.delivery_id.in_(_IDS),
    )
    .values(response=None)
)


def list_old_deliveries(session: Session, before: datetime, most: int) -> Sequence[Row[Any]]:
    return session.execute(_OLD_DELIVERIES, {"before": before, "most": most}).all()


def remove_deliveries(session: Session, rows: Sequence[Row[Any]]) -> None:
    """Remove deliveries with their attempts, and notifications that have no other delivery."""
    session.execute(_REMOVE_DELIVERIES, {"ids": [row.id for row in rows]})
    session.execute(_REMOVE_NOTIFICATIONS, {"ids": list({row.notification_id for row in rows})})


def list_old_answers(session: Session, before: datetime, most: int) -> Sequence[UUID]:
    """Return the deliveries of old answers, one as often as it has of them."""
    return session.scalars(_OLD_ANSWERS, {"before": before, "most": most}).all()


def forget_answers(session: Session, deliveries: Sequence[UUID], before: datetime) -> None:
    session.execute(_FORGET_ANSWERS, {"ids": list(set(deliveries)), "before": before})
