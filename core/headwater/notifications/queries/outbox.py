"""Every statement by which the outbox is filled, and told how attempts ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, null, select, update
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument
from headwater.db.bulk import rows_from_json
from headwater.db.hot import HotStatement
from headwater.db.upserts import begin_upsert, insert_new
from headwater.notifications.models import (
    ChannelPause,
    Delivery,
    DeliveryAttempt,
    FlowRunNotificationPolicy,
    Notification,
)

_NOTIFICATION, _DELIVERY = Notification.__table__, Delivery.__table__
_ATTEMPT, _PAUSE = DeliveryAttempt.__table__, ChannelPause.__table__

_ADD_NOTIFICATIONS, _ADD_DELIVERIES = insert_new(_NOTIFICATION), insert_new(_DELIVERY)
_NEW_PAUSE = begin_upsert(_PAUSE)
_PAUSE_CHANNEL = _NEW_PAUSE.on_conflict_do_update(
    index_elements=["channel_id"],
    set_={"until": _NEW_PAUSE.excluded.until, "refused": _NEW_PAUSE.excluded.refused},
    where=_PAUSE.c.until < _NEW_PAUSE.excluded.until,
)
_KEPT = ("outcome", "duration", "status", "response", "error")
_CHANGED = ("state", "due", "failures", "reason")
_END = HotStatement(
    update(_ATTEMPT)
    .where(
        _ATTEMPT.c.delivery_id == bindparam("of_delivery_id"),
        _ATTEMPT.c.number == bindparam("of_number"),
    )
    .values({name: bindparam(f"of_{name}") for name in _KEPT})
)
_SETTLE = HotStatement(
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("of_id"), _DELIVERY.c.claim == bindparam("of_claim"))
    .values({"claim": null(), **{name: bindparam(f"of_{name}") for name in _CHANGED}})
    .returning(_DELIVERY.c.id)
)
_ENDED = rows_from_json(_ATTEMPT.c[name] for name in ("delivery_id", "number", *_KEPT))
_END_ALL = HotStatement(
    update(_ATTEMPT)
    .where(_ATTEMPT.c.delivery_id == _ENDED.c.delivery_id, _ATTEMPT.c.number == _ENDED.c.number)
    .values({name: _ENDED.c[name] for name in _KEPT})
)
_SETTLED = rows_from_json(_DELIVERY.c[name] for name in ("id", "claim", *_CHANGED))
_SETTLE_ALL = HotStatement(
    update(_DELIVERY)
    .where(_DELIVERY.c.id == _SETTLED.c.id, _DELIVERY.c.claim == _SETTLED.c.claim)
    .values({"claim": null(), **{name: _SETTLED.c[name] for name in _CHANGED}})
    .returning(_SETTLED.c.id, _SETTLED.c.claim)
)
_KEEP_STANDING = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("of_id"))
    .values(told=bindparam("of_told"), untold=bindparam("of_untold"))
)
_POLICY = FlowRunNotificationPolicy.__table__
_PATIENCE = (
    select(_POLICY.c.fallback_after)
    .join(_NOTIFICATION, _NOTIFICATION.c.policy_id == _POLICY.c.id)
    .where(_NOTIFICATION.c.id == bindparam("notification"))
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


def find_patience(session: Session, notification_id: UUID) -> float | None:
    """Return for how many seconds the policy of a notification waits for a channel that rests, as
    it is now; None for one that is gone."""
    patience: float | None = session.scalar(_PATIENCE, {"notification": notification_id})
    return patience


def end_attempts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep how attempts ended: a row has their keys and all else that there is to keep of one."""
    if session.get_bind().dialect.name == "postgresql":
        _END_ALL.later(session, {"rows": rows})
    else:
        _END.run_many(session, [_named(row) for row in rows])


def settle(session: Session, rows: Sequence[Mapping[str, Any]]) -> set[tuple[UUID, UUID]]:
    """Change deliveries that still are ours, by the token of their *claim*, which so ends.

    Return the ids and the tokens of those.
    """
    if session.get_bind().dialect.name == "postgresql":
        return {(found.id, found.claim) for found in _SETTLE_ALL.all(session, {"rows": rows})}
    return {
        (row["id"], row["claim"]) for row in rows if _SETTLE.first(session, _named(row)) is not None
    }


def keep_standings(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep how far deliveries got: a row has the *id* of one, *told* and *untold*."""
    if rows:
        session.execute(_KEEP_STANDING, [_named(row) for row in rows])


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"of_{name}": value for name, value in row.items()}


def pause_channel(
    session: Session,
    workspace: UUID,
    channel_id: UUID,
    until: datetime,
    *,
    refused: bool = True,
) -> None:
    """Send nothing over the channel until then; a longer pause stays."""
    row = {"workspace_id": workspace, "channel_id": channel_id, "until": until, "refused": refused}
    session.execute(_PAUSE_CHANNEL, row)
