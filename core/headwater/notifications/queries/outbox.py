"""Every statement by which the outbox is filled, claimed, and told how an attempt ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    bindparam,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument
from headwater.db.upserts import begin_upsert, insert_new
from headwater.notifications.models import (
    ChannelPause,
    Delivery,
    DeliveryAttempt,
    Notification,
)

_NOTIFICATION, _DELIVERY = Notification.__table__, Delivery.__table__
_ATTEMPT, _PAUSE = DeliveryAttempt.__table__, ChannelPause.__table__

_ADD_NOTIFICATIONS, _ADD_DELIVERIES = insert_new(_NOTIFICATION), insert_new(_DELIVERY)
_NEW_PAUSE = begin_upsert(_PAUSE)
_PAUSE_CHANNEL = _NEW_PAUSE.on_conflict_do_update(
    index_elements=["channel_id"],
    set_={"until": _NEW_PAUSE.excluded.until},
    where=_PAUSE.c.until < _NEW_PAUSE.excluded.until,
)
_END = update(_ATTEMPT).where(
    _ATTEMPT.c.delivery_id == bindparam("delivery"), _ATTEMPT.c.number == bindparam("attempt")
)
_SETTLE = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("delivery"), _DELIVERY.c.claim == bindparam("token"))
    .returning(_DELIVERY.c.id)
)
_CHANNEL = BlockDocument.__table__
_CHANNEL_NAME = select(_CHANNEL.c.name).where(
    _CHANNEL.c.workspace_id == bindparam("workspace"), _CHANNEL.c.id == bindparam("channel")
)


def add_news(
    session: Session,
    notifications: Sequence[Mapping[str, Any]],
    deliveries: Sequence[Mapping[str, Any]],
) -> None:
    """Add rows; those that are there already stay as they are."""
    session.execute(_ADD_NOTIFICATIONS, notifications)
    session.execute(_ADD_DELIVERIES, deliveries)


def add_delivery(session: Session, row: Mapping[str, Any]) -> None:
    """Add a delivery, unless its channel has the notification already."""
    session.execute(_ADD_DELIVERIES, row)


def find_channel_name(session: Session, workspace: UUID, channel_id: UUID) -> str | None:
    found: str | None = session.scalar(
        _CHANNEL_NAME, {"workspace": workspace, "channel": channel_id}
    )
    return found


def end_attempt(
    session: Session, delivery_id: UUID, number: int, values: Mapping[str, Any]
) -> None:
    keys = {"delivery": delivery_id, "attempt": number}
    session.execute(_setting(_END, tuple(values)), keys | _new(values))


def settle(session: Session, delivery_id: UUID, token: UUID, values: Mapping[str, Any]) -> bool:
    """Say if the delivery was still ours by the *token* of its claim."""
    keys = {"delivery": delivery_id, "token": token}
    return (
        session.execute(_setting(_SETTLE, tuple(values)), keys | _new(values)).first() is not None
    )


@cache
def _setting(statement: Any, names: tuple[str, ...]) -> Any:
    """Return *statement* for these columns, built once: it runs after each try."""
    return statement.values({name: bindparam(f"new_{name}") for name in names})


def _new(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


def pause_channel(session: Session, workspace: UUID, channel_id: UUID, until: datetime) -> None:
    """Send nothing over the channel until then; a longer pause stays."""
    row = {"workspace_id": workspace, "channel_id": channel_id, "until": until}
    session.execute(_PAUSE_CHANNEL, row)
