"""Every statement by which the outbox is filled, claimed, and told how an attempt ended."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument
from headwater.db.upserts import begin_upsert, insert_new
from headwater.notifications.models import (
    WAITING,
    ChannelPause,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
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
_NOW: BindParameter[datetime] = bindparam("now")
_BUSY: BindParameter[UUID] = bindparam("busy", expanding=True)
_PAUSED = exists().where(_PAUSE.c.channel_id == _DELIVERY.c.channel_id, _PAUSE.c.until > _NOW)
_EARLIER = _DELIVERY.alias("earlier")
_IS_EARLIER = and_(
    _EARLIER.c.channel_id == _DELIVERY.c.channel_id,
    _EARLIER.c.order_key == _DELIVERY.c.order_key,
    _EARLIER.c.seq < _DELIVERY.c.seq,
    text(f"earlier.{WAITING.text}"),
)
# Two looks, each with an index of its own: problems pass each other, so a long queue of them is
# not gone through for each.
_WAITS = or_(
    and_(_DELIVERY.c.problem.is_not(None), exists().where(_IS_EARLIER)),
    exists().where(_IS_EARLIER, _EARLIER.c.problem.is_not(None)),
)
_IS_DUE = (
    text(f"delivery.{WAITING.text}"),
    _DELIVERY.c.due <= _NOW,
    _DELIVERY.c.channel_id.not_in(_BUSY),
    ~_PAUSED,
    or_(_DELIVERY.c.order_key.is_(None), ~_WAITS),
)
_HAS_DUE = select(_DELIVERY.c.id).where(*_IS_DUE).limit(1)
_NEXT_DUE = select(func.min(_DELIVERY.c.due)).where(
    text(f"delivery.{WAITING.text}"), _DELIVERY.c.due > _NOW
)
_NEXT_UNPAUSED = select(func.min(_PAUSE.c.until)).where(_PAUSE.c.until > _NOW)
_DUE = (
    select(
        _DELIVERY.c.id,
        _DELIVERY.c.workspace_id,
        _DELIVERY.c.channel_id,
        _DELIVERY.c.attempts,
        _DELIVERY.c.failures,
        _DELIVERY.c.resent,
        # What is sent again days later has as long as anything new.
        func.coalesce(_DELIVERY.c.resent, _NOTIFICATION.c.created).label("created"),
        _DELIVERY.c.notification_id,
        _DELIVERY.c.order_key,
        _DELIVERY.c.seq,
        _DELIVERY.c.problem,
        _DELIVERY.c.note,
        _DELIVERY.c.group_id,
        _NOTIFICATION.c.policy_id,
        _NOTIFICATION.c.templating,
        _NOTIFICATION.c.title_template,
        _NOTIFICATION.c.message_template,
        _NOTIFICATION.c.fallback_channel_ids,
        _NOTIFICATION.c.news,
    )
    .join(_NOTIFICATION, _NOTIFICATION.c.id == _DELIVERY.c.notification_id)
    .where(*_IS_DUE)
    .order_by(_DELIVERY.c.due, _DELIVERY.c.created, _DELIVERY.c.id)
    .limit(bindparam("limit"))
)
_LOCKED: dict[bool, Select[Any]] = {
    skip: _DUE.with_for_update(of=_DELIVERY, skip_locked=skip) for skip in (True, False)
}
_CLAIM = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=DeliveryState.SENDING,
        due=bindparam("until"),
        claim=bindparam("token"),
        attempts=_DELIVERY.c.attempts + 1,
    )
)
_START = insert(_ATTEMPT)
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


def has_due(session: Session, now: datetime, busy: Collection[UUID]) -> bool:
    """Say if a delivery's time has come whose channel is not among the *busy* ones."""
    return session.execute(_HAS_DUE, {"now": now, "busy": busy}).first() is not None


def find_next_due(session: Session, now: datetime) -> datetime | None:
    """Return when, after *now*, something may be sent."""
    times = [session.scalar(query, {"now": now}) for query in (_NEXT_DUE, _NEXT_UNPAUSED)]
    return min((time for time in times if time), default=None)


def list_due(
    session: Session, now: datetime, busy: Collection[UUID], limit: int, *, skip_locked: bool
) -> Sequence[Row[Any]]:
    """Return deliveries that are due, locked; what another process has is left out."""
    values = {"now": now, "busy": busy, "limit": limit}
    return session.execute(_LOCKED[skip_locked], values).all()


def claim(session: Session, ids: Sequence[UUID], token: UUID, until: datetime) -> None:
    session.execute(_CLAIM, {"ids": ids, "token": token, "until": until})


def start_attempts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(_START, rows)


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
