"""Every statement by which it is kept how channels do, and how fast messages go over them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument
from headwater.db.bulk import rows_from_json
from headwater.db.hot import HotStatement
from headwater.db.json import parse
from headwater.db.upserts import insert_new, insert_or_change
from headwater.notifications.models import (
    DEAD,
    WAITING,
    ChannelHealth,
    ChannelPause,
    Delivery,
    RateBucket,
)
from headwater.notifications.rules.health import Change, Health
from headwater.notifications.rules.rates import Bucket
from headwater.notifications.schemas.states import DeliveryState

_HEALTH, _PAUSE, _BUCKET = ChannelHealth.__table__, ChannelPause.__table__, RateBucket.__table__
_DELIVERY, _DOCUMENT = Delivery.__table__, BlockDocument.__table__
_KEPT = [_HEALTH.c[field.name] for field in fields(Health)]

_OF_SOME = select(_HEALTH).where(_HEALTH.c.channel_id.in_(bindparam("ids", expanding=True)))
_SOME = rows_from_json([_HEALTH.c.channel_id])
_OF_SOME_AS_JSON = HotStatement(
    select(_HEALTH).where(_HEALTH.c.channel_id.in_(select(_SOME.c.channel_id)))
)
_ADD = insert_new(_HEALTH).from_select(
    ["channel_id", "workspace_id", "failures", "denied", "opens", "recent"],
    select(
        _DOCUMENT.c.id,
        _DOCUMENT.c.workspace_id,
        bindparam("zero", 0),
        bindparam("none", 0),
        bindparam("never", 0),
        bindparam("empty", [], _HEALTH.c.recent.type),
    ).where(
        _DOCUMENT.c.workspace_id == bindparam("workspace"), _DOCUMENT.c.id == bindparam("channel")
    ),
)
_LOCK = (
    select(_HEALTH)
    .where(
        _HEALTH.c.workspace_id == bindparam("workspace"),
        _HEALTH.c.channel_id == bindparam("channel"),
    )
    .with_for_update()
)
_CHANGE = update(_HEALTH).where(
    _HEALTH.c.workspace_id == bindparam("workspace"), _HEALTH.c.channel_id == bindparam("channel")
)
_PROBE = (
    update(_HEALTH)
    .where(
        _HEALTH.c.channel_id == bindparam("channel"),
        or_(_HEALTH.c.probe_until.is_(None), _HEALTH.c.probe_until <= bindparam("now")),
    )
    .values(probe_until=bindparam("until"))
    .returning(_HEALTH.c.channel_id)
)
_ALL = select(_HEALTH.c.channel_id, *_KEPT).where(_HEALTH.c.workspace_id == bindparam("workspace"))
_QUEUES = (
    select(
        _DELIVERY.c.channel_id,
        func.count().label("waiting"),
        func.min(_DELIVERY.c.due).label("oldest_due"),
    )
    .where(text(WAITING.text), _DELIVERY.c.workspace_id == bindparam("workspace"))
    .group_by(_DELIVERY.c.channel_id)
)
_MISSED = select(func.count()).where(
    _DELIVERY.c.workspace_id == bindparam("workspace"),
    _DELIVERY.c.channel_id == bindparam("channel"),
    text(DEAD.text),
    _DELIVERY.c.due >= bindparam("since"),
)
_TOLD = (
    select(_DOCUMENT.c.name, _HEALTH.c.told, _HEALTH.c.reason)
    .join_from(_HEALTH, _DOCUMENT, _DOCUMENT.c.id == _HEALTH.c.channel_id)
    .where(
        _HEALTH.c.workspace_id == bindparam("workspace"),
        text("channel_health.told IS NOT NULL"),  # as the index has it
        _HEALTH.c.off.is_(None),
    )
    .order_by(_DOCUMENT.c.name)
)
_NAME = select(_DOCUMENT.c.name).where(
    _DOCUMENT.c.workspace_id == bindparam("workspace"), _DOCUMENT.c.id == bindparam("channel")
)
_PAUSE_UNTIL = insert_or_change(_PAUSE, ["channel_id"], ["until", "refused"])
_RESUME = delete(_PAUSE).where(_PAUSE.c.channel_id == bindparam("channel"))
_HURRY = update(_DELIVERY).where(
    _DELIVERY.c.workspace_id == bindparam("workspace"),
    _DELIVERY.c.channel_id == bindparam("channel"),
    _DELIVERY.c.state == DeliveryState.PENDING,
    _DELIVERY.c.due > bindparam("now"),
)
_ADD_BUCKETS = insert_new(_BUCKET)
_BUCKETS = (
    select(_BUCKET.c.key, _BUCKET.c.tokens, _BUCKET.c.at)
    .where(_BUCKET.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(_BUCKET.c.key)  # so that two who lock several wait for each other in one way only
    .with_for_update()
)
_FILL = update(_BUCKET).where(_BUCKET.c.key == bindparam("bucket"))


def health_of(row: Row[Any]) -> Health:
    values = {field.name: getattr(row, field.name) for field in fields(Health)}
    values["recent"] = tuple((at, bool(failed)) for at, failed in parse(row.recent))
    values["told"] = Change(row.told) if row.told else None
    return Health(**values)


def list_some(session: Session, channel_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Return what there is of channels, whatever their workspace: for who sends."""
    if session.get_bind().dialect.name == "postgresql":
        rows = [{"channel_id": id_} for id_ in channel_ids]
        return _OF_SOME_AS_JSON.all(session, {"rows": rows})
    return list(session.execute(_OF_SOME, {"ids": channel_ids}))


def lock_health(session: Session, workspace: UUID, channel_id: UUID) -> Row[Any] | None:
    """Return the row of a channel, made if there was none; None if there is no such channel."""
    keys = {"workspace": workspace, "channel": channel_id}
    row = session.execute(_LOCK, keys).first()
    if row is None:
        session.execute(_ADD, keys)
        row = session.execute(_LOCK, keys).first()
    return row


def keep_health(session: Session, workspace: UUID, channel_id: UUID, health: Health) -> None:
    """Keep *health*; nobody's try is the one that decides any more."""
    values = {field.name: getattr(health, field.name) for field in fields(Health)}
    change_health(session, workspace, channel_id, values | {"probe_until": None})


def change_health(
    session: Session, workspace: UUID, channel_id: UUID, values: Mapping[str, Any]
) -> None:
    keys = {"workspace": workspace, "channel": channel_id}
    session.execute(_CHANGE.values(**values), keys)


def begin_probe(session: Session, channel_id: UUID, now: datetime, until: datetime) -> bool:
    """Say if ours is the one try that may be made until then."""
    values = {"channel": channel_id, "now": now, "until": until}
    return session.execute(_PROBE, values).first() is not None


def list_health(session: Session, workspace: UUID) -> dict[UUID, Health]:
    rows = session.execute(_ALL, {"workspace": workspace})
    return {row.channel_id: health_of(row) for row in rows}


def list_queues(session: Session, workspace: UUID) -> dict[UUID, Row[Any]]:
    """Return *waiting* and *oldest_due* by channel, of those that have anything to send."""
    rows = session.execute(_QUEUES, {"workspace": workspace})
    return {row.channel_id: row for row in rows}


def count_missed(session: Session, workspace: UUID, channel_id: UUID, since: datetime) -> int:
    """Count what was given up since then."""
    values = {"workspace": workspace, "channel": channel_id, "since": since}
    return session.scalars(_MISSED, values).one()


def list_told(session: Session, workspace: UUID) -> Sequence[Row[Any]]:
    """Return *name*, *told* and *reason* of the channels that people were told are ill."""
    return list(session.execute(_TOLD, {"workspace": workspace}))


def find_name(session: Session, workspace: UUID, channel_id: UUID) -> str | None:
    return session.scalar(_NAME, {"workspace": workspace, "channel": channel_id})


def pause_until(session: Session, workspace: UUID, channel_id: UUID, until: datetime) -> None:
    """Send nothing over the channel until then, whatever was said before."""
    row = {"workspace_id": workspace, "channel_id": channel_id, "until": until, "refused": True}
    session.execute(_PAUSE_UNTIL, row)


def resume(session: Session, channel_id: UUID) -> None:
    session.execute(_RESUME, {"channel": channel_id})


def hurry(session: Session, workspace: UUID, channel_id: UUID, now: datetime) -> None:
    """Make due at once what waits for its time."""
    keys = {"workspace": workspace, "channel": channel_id, "now": now}
    session.execute(_HURRY.values(due=now), keys)


def lock_buckets(
    session: Session, new: Sequence[Mapping[str, Any]], keys: Collection[str]
) -> dict[str, Bucket]:
    """Return buckets by their keys; those of *new* that are not there are added."""
    found = _lock_buckets(session, keys)
    if missing := [row for row in new if row["key"] not in found]:
        session.execute(_ADD_BUCKETS, missing)
        found = _lock_buckets(session, keys)
    return found


def _lock_buckets(session: Session, keys: Collection[str]) -> dict[str, Bucket]:
    rows = session.execute(_BUCKETS, {"keys": keys})
    return {row.key: Bucket(row.tokens, row.at) for row in rows}


def fill_buckets(session: Session, buckets: Mapping[str, Bucket]) -> None:
    statement = _FILL.values(tokens=bindparam("left"), at=bindparam("since"))
    session.execute(
        statement,
        [{"bucket": key, "left": one.tokens, "since": one.at} for key, one in buckets.items()],
    )
