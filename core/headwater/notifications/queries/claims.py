"""Every statement by which deliveries that are due are found and claimed.

They look channel by channel, at a few deliveries of each: however many wait, for a channel that
rests or is slow as well, no look costs more.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    BindParameter,
    ColumnElement,
    FromClause,
    Row,
    Select,
    Uuid,
    all_,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument
from headwater.db.bulk import insert_from_json, rows_from_json
from headwater.db.hot import HotStatement
from headwater.notifications.models import (
    WAITING,
    ChannelPause,
    Delivery,
    DeliveryAttempt,
    Notification,
)
from headwater.notifications.schemas.states import DeliveryState

_NOTIFICATION, _DELIVERY = Notification.__table__, Delivery.__table__
_ATTEMPT, _PAUSE = DeliveryAttempt.__table__, ChannelPause.__table__
_NOW: BindParameter[datetime] = bindparam("now")
_BUSY: BindParameter[UUID] = bindparam("busy", expanding=True)
_ALL_BUSY: BindParameter[Sequence[UUID]] = bindparam("busy", type_=ARRAY(Uuid))
_ONE = _DELIVERY.alias("one")
_BLOCK = BlockDocument.__table__


def _is_waiting(name: str) -> ColumnElement[bool]:
    return text(f"{name}.{WAITING.text}")  # type: ignore[return-value]  # a text is one, too


def _list_channels() -> CTE:
    """Return the channels that anything waits for: of each, the index has its first row read."""
    first = select(_ONE.c.channel_id).where(_is_waiting("one")).order_by(_ONE.c.channel_id).limit(1)
    channels = select(first.scalar_subquery().label("id")).cte("channels", recursive=True)
    next_ = first.where(_ONE.c.channel_id > channels.c.id).scalar_subquery()
    return channels.union_all(select(next_).where(channels.c.id.is_not(None)))


def _is_due() -> tuple[ColumnElement[bool], ...]:
    """Say of *one*: its time has come, and nothing that is told before it waits."""
    earlier = _DELIVERY.alias("earlier")
    is_earlier = and_(
        earlier.c.channel_id == _ONE.c.channel_id,
        earlier.c.order_key == _ONE.c.order_key,
        earlier.c.seq < _ONE.c.seq,
        _is_waiting("earlier"),
    )
    # Two looks, each with an index of its own: problems pass each other, so a long queue of them
    # is not gone through for each.
    waits = or_(
        and_(_ONE.c.problem.is_not(None), exists().where(is_earlier)),
        exists().where(is_earlier, earlier.c.problem.is_not(None)),
    )
    return (
        _ONE.c.channel_id == _CHANNELS.c.id,
        _is_waiting("one"),
        _ONE.c.due <= _NOW,
        or_(_ONE.c.order_key.is_(None), ~waits),
    )


_CHANNELS = _list_channels()
_IS_FREE = (
    _CHANNELS.c.id.is_not(None),
    ~exists().where(_PAUSE.c.channel_id == _CHANNELS.c.id, _PAUSE.c.until > _NOW),
)
# Not EXISTS, of which PostgreSQL makes a join that reads all that is due.
_ANY_DUE = select(_ONE.c.id).where(*_is_due()).limit(1).correlate(_CHANNELS).scalar_subquery()
_IS_IDLE = _CHANNELS.c.id.not_in(_BUSY)
_HAS_DUE = select(_CHANNELS.c.id).where(*_IS_FREE, _IS_IDLE, _ANY_DUE.is_not(None)).limit(1)
_NEXT_DUE = select(func.min(_DELIVERY.c.due)).where(
    text(f"delivery.{WAITING.text}"), _DELIVERY.c.due > _NOW
)
_NEXT_UNPAUSED = select(func.min(_PAUSE.c.until)).where(_PAUSE.c.until > _NOW)
_OWN: tuple[str, ...] = ("workspace_id", "channel_id", "attempts", "failures", "resent")
_OWN += ("notification_id", "order_key", "seq", "problem", "note", "group_id", "told", "untold")
_OF_NEWS: tuple[str, ...] = ("policy_id", "templating", "title_template", "message_template")
_OF_NEWS += ("fallback_channel_ids", "news")


def _oldest(*columns: Any) -> Select[Any]:
    """Select of the few deliveries of a channel that were due first."""
    order = (_ONE.c.due, _ONE.c.created, _ONE.c.id)
    return select(*columns).where(*_is_due()).order_by(*order).limit(bindparam("each"))


def _list_due(source: FromClause, few: Any, is_idle: ColumnElement[bool]) -> Select[Any]:
    """Choose among the *few* of all channels, and only then look for what those tell."""
    chosen = (
        select(few.id, few.due, few.created.label("queued"), *(few[name] for name in _OWN))
        .select_from(source)
        .where(*_IS_FREE, is_idle)
        .order_by(few.due, few.created, few.id)
        .limit(bindparam("limit"))
        .subquery("chosen")
    )
    own, news = chosen.c, _NOTIFICATION.c
    # What is sent again days later has as long as anything new.
    written = func.coalesce(own.resent, news.created).label("created")
    version = select(_BLOCK.c.updated).where(_BLOCK.c.id == own.channel_id).scalar_subquery()
    return (
        select(
            *(own.id, *(own[name] for name in _OWN)),
            *(written, version.label("channel_version")),
            *(news[name] for name in _OF_NEWS),
        )
        .select_from(chosen.join(_NOTIFICATION, news.id == own.notification_id))
        .order_by(own.due, own.queued, own.id)
    )


def _list_locked() -> Select[Any]:
    """Leave out what another process has, and lock the rest."""
    columns = (_ONE.c[name] for name in ("id", "due", "created", *_OWN))
    locked = _oldest(*columns).with_for_update(of=_ONE, skip_locked=True).lateral("few")
    is_idle = _CHANNELS.c.id != all_(_ALL_BUSY)
    return _list_due(_CHANNELS.join(locked, true()), locked.c, is_idle)


def _list_unlocked() -> Select[Any]:
    ids = _oldest(_ONE.c.id).correlate(_CHANNELS)
    return _list_due(_CHANNELS.join(_DELIVERY, _DELIVERY.c.id.in_(ids)), _DELIVERY.c, _IS_IDLE)


_LOCK_DUE, _LIST_DUE = HotStatement(_list_locked()), _list_unlocked()
_claimed = update(_DELIVERY).values(
    state=DeliveryState.SENDING,
    due=bindparam("until"),
    claim=bindparam("token"),
    attempts=_DELIVERY.c.attempts + 1,
)
_CLAIM = _claimed.where(_DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
_CHOSEN = rows_from_json([_DELIVERY.c.id])
_CLAIM_AS_JSON = HotStatement(_claimed.where(_DELIVERY.c.id == _CHOSEN.c.id))
_START, _START_AS_JSON = HotStatement(insert(_ATTEMPT)), HotStatement(insert_from_json(_ATTEMPT))


def has_due(session: Session, now: datetime, busy: Collection[UUID]) -> bool:
    """Say if a delivery's time has come whose channel is not among the *busy* ones."""
    return session.execute(_HAS_DUE, {"now": now, "busy": busy}).first() is not None


def find_next_due(session: Session, now: datetime) -> datetime | None:
    """Return when, after *now*, something may be sent."""
    times = [session.scalar(query, {"now": now}) for query in (_NEXT_DUE, _NEXT_UNPAUSED)]
    return min((time for time in times if time), default=None)


def list_due(
    session: Session,
    now: datetime,
    busy: Collection[UUID],
    limit: int,
    each: int,
    *,
    skip_locked: bool,
) -> Sequence[Row[Any]]:
    """Return deliveries that are due, *each* of a channel at most.

    With *skip_locked* they are locked, and what another process has is left out; without it, the
    storage has one writer at a time.
    """
    values = {"now": now, "busy": list(busy), "limit": limit, "each": each}
    if skip_locked:
        return _LOCK_DUE.all(session, values)
    return session.execute(_LIST_DUE, values).all()


def claim(session: Session, ids: Sequence[UUID], token: UUID, until: datetime) -> None:
    values = {"token": token, "until": until}
    if session.get_bind().dialect.name == "postgresql":
        _CLAIM_AS_JSON.later(session, {"rows": [{"id": id_} for id_ in ids], **values})
    else:
        session.execute(_CLAIM, {"ids": ids, **values})


def start_attempts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        _START_AS_JSON.later(session, {"rows": rows})
    else:
        _START.run_many(session, rows)
