"""Every statement by which people look at deliveries, and have them sent again."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Row, bindparam, select, text, type_coerce, update
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument
from headwater.db.criteria import meet
from headwater.db.json import parse
from headwater.notifications.models import DEAD, Delivery, DeliveryAttempt, Notification
from headwater.notifications.rules.standing import read_standing
from headwater.notifications.schemas.deliveries import (
    AttemptShown,
    DeliveriesWanted,
    DeliveryFilter,
    DeliveryShown,
    TargetsShown,
)

_DELIVERY, _NOTIFICATION = Delivery.__table__, Notification.__table__
_ATTEMPT = DeliveryAttempt.__table__
_OF_NOTIFICATION = {"policy_id", "flow_run_id"}
_OF_NEWS = {"flow_name", "flow_run_name", "state_name"}


_CHANNEL = BlockDocument.__table__
_CHANNEL_NAME = (
    select(_CHANNEL.c.name)
    .where(_CHANNEL.c.id == _DELIVERY.c.channel_id)
    .correlate(_DELIVERY)
    .scalar_subquery()
)


def _place(name: str) -> Any:
    if name == "channel_name":
        return _CHANNEL_NAME.label(name)
    if name == "tells":
        return type_coerce(_NOTIFICATION.c.news, JSON)["total"].as_integer().label(name)
    if name in _OF_NEWS:
        return type_coerce(_NOTIFICATION.c.news, JSON)[name].as_string().label(name)
    return (_NOTIFICATION if name in _OF_NOTIFICATION else _DELIVERY).c[name]


_SHOWN = (
    select(
        *(_place(field.name) for field in fields(DeliveryShown) if field.name != "targets"),
        *(_DELIVERY.c.told, _DELIVERY.c.untold),
    )
    .join_from(_DELIVERY, _NOTIFICATION, _NOTIFICATION.c.id == _DELIVERY.c.notification_id)
    .where(_DELIVERY.c.workspace_id == bindparam("workspace"))
)
_FIND = _SHOWN.where(_DELIVERY.c.id == bindparam("delivery"))
_DEAD = (
    select(_DELIVERY.c.id)
    .join_from(_DELIVERY, _NOTIFICATION, _NOTIFICATION.c.id == _DELIVERY.c.notification_id)
    .where(
        _DELIVERY.c.workspace_id == bindparam("workspace"),
        text(f"delivery.{DEAD.text}"),
        _DELIVERY.c.due <= bindparam("until"),
    )
    .order_by(_DELIVERY.c.created, _DELIVERY.c.id)
    .limit(bindparam("limit"))
)
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
_CHANGE_DEAD = (
    update(_DELIVERY)
    .where(
        _DELIVERY.c.workspace_id == bindparam("workspace"),
        _DELIVERY.c.id.in_(bindparam("ids", expanding=True)),
        text(f"delivery.{DEAD.text}"),
    )
    .returning(_DELIVERY.c.id)
)


def list_deliveries(
    session: Session, workspace: UUID, wanted: DeliveriesWanted
) -> list[DeliveryShown]:
    statement = _LATEST.where(*_conditions(wanted.deliveries))
    values = {"workspace": workspace, "limit": wanted.page_limit, "offset": wanted.offset}
    return [_show(row) for row in session.execute(statement, values)]


def _show(row: Row[*tuple[Any, ...]]) -> DeliveryShown:
    values = row._asdict()
    standing = read_standing(parse(values.pop("told")), parse(values.pop("untold")))
    if standing is None:
        return DeliveryShown(**values)
    counts = TargetsShown(len(standing.told), len(standing.refused), standing.left)
    return DeliveryShown(**values, targets=counts)


def list_dead(
    session: Session,
    workspace: UUID,
    wanted: DeliveryFilter | None,
    until: datetime,
    limit: int,
) -> list[UUID]:
    """Return what was given up until then, the oldest first."""
    statement = _DEAD.where(*_conditions(wanted))
    values = {"workspace": workspace, "until": until, "limit": limit}
    return list(session.scalars(statement, values))


def change_dead(
    session: Session, workspace: UUID, ids: list[UUID], values: Mapping[str, Any]
) -> int:
    """Return how many were still given up."""
    keys = {"workspace": workspace, "ids": ids}
    return len(session.execute(_CHANGE_DEAD.values(**values), keys).all())


def find_delivery(session: Session, workspace: UUID, delivery_id: UUID) -> DeliveryShown | None:
    row = session.execute(_FIND, {"workspace": workspace, "delivery": delivery_id}).first()
    return None if row is None else _show(row)


def list_attempts(session: Session, workspace: UUID, delivery_id: UUID) -> list[AttemptShown]:
    rows = session.execute(_ATTEMPTS, {"workspace": workspace, "delivery": delivery_id})
    return [AttemptShown(*row) for row in rows]


def change_delivery(
    session: Session, workspace: UUID, delivery_id: UUID, was: str, values: Mapping[str, Any]
) -> bool:
    """Say if the delivery was still in the state *was*."""
    keys = {"workspace": workspace, "delivery": delivery_id, "was": was}
    return session.execute(_CHANGE.values(**values), keys).first() is not None


def _conditions(wanted: DeliveryFilter | None) -> list[ColumnElement[bool]]:
    if wanted is None:
        return []
    each = [(name, getattr(wanted, name)) for name in type(wanted).model_fields]
    return [condition for name, one in each for condition in meet(_place(name), one)]
