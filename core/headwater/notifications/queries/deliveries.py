"""Every statement by which people look at deliveries, and have them sent again."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from headwater.notifications.models import Delivery, DeliveryAttempt, Notification
from headwater.notifications.schemas.deliveries import (
    AttemptShown,
    DeliveriesWanted,
    DeliveryShown,
)

_DELIVERY, _NOTIFICATION = Delivery.__table__, Notification.__table__
_ATTEMPT = DeliveryAttempt.__table__
_OF_NOTIFICATION = {"policy_id", "flow_run_id"}


def _place(name: str) -> Any:
    return (_NOTIFICATION if name in _OF_NOTIFICATION else _DELIVERY).c[name]


_SHOWN = (
    select(*(_place(field.name) for field in fields(DeliveryShown)))
    .join_from(_DELIVERY, _NOTIFICATION, _NOTIFICATION.c.id == _DELIVERY.c.notification_id)
    .where(_DELIVERY.c.workspace_id == bindparam("workspace"))
)
_FIND = _SHOWN.where(_DELIVERY.c.id == bindparam("delivery"))
_LATEST = (
    _SHOWN.order_by(_DELIVERY.c.created.desc(), _DELIVERY.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_ATTEMPTS = (
    select(*(_ATTEMPT.c[field.name] for field in fields(AttemptShown)))
    .where(
        _ATTEMPT.c.workspace_id == bindparam("workspace"),
        _ATTEMPT.c.delivery_id == bindparam("delivery"),
    )
    .order_by(_ATTEMPT.c.number)
)
_CHANGE = (
    update(_DELIVERY)
    .where(
        _DELIVERY.c.workspace_id == bindparam("workspace"),
        _DELIVERY.c.id == bindparam("delivery"),
        _DELIVERY.c.state == bindparam("was"),
    )
    .returning(_DELIVERY.c.id)
)


def list_deliveries(
    session: Session, workspace: UUID, wanted: DeliveriesWanted
) -> list[DeliveryShown]:
    statement = _LATEST
    if wanted.deliveries is not None:
        for name in type(wanted.deliveries).model_fields:
            one = getattr(wanted.deliveries, name)
            if one is not None and one.any_ is not None:
                statement = statement.where(_place(name).in_(one.any_))
    values = {"workspace": workspace, "limit": wanted.page_limit, "offset": wanted.offset}
    return [DeliveryShown(*row) for row in session.execute(statement, values)]


def find_delivery(session: Session, workspace: UUID, delivery_id: UUID) -> DeliveryShown | None:
    row = session.execute(_FIND, {"workspace": workspace, "delivery": delivery_id}).first()
    return None if row is None else DeliveryShown(*row)


def list_attempts(session: Session, workspace: UUID, delivery_id: UUID) -> list[AttemptShown]:
    rows = session.execute(_ATTEMPTS, {"workspace": workspace, "delivery": delivery_id})
    return [AttemptShown(*row) for row in rows]


def change_delivery(
    session: Session, workspace: UUID, delivery_id: UUID, was: str, values: Mapping[str, Any]
) -> bool:
    """Say if the delivery was still in the state *was*."""
    keys = {"workspace": workspace, "delivery": delivery_id, "was": was}
    return session.execute(_CHANGE.values(**values), keys).first() is not None
