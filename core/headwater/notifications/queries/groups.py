"""Every statement over groups: what is told together, and what is held for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    Select,
    Subquery,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.upserts import begin_upsert
from headwater.notifications.models import (
    HELD,
    Delivery,
    FlowRunNotificationPolicy,
    NewsGroup,
    Notification,
    OpenProblem,
)
from headwater.notifications.schemas.states import DeliveryState

_GROUP, _POLICY = NewsGroup.__table__, FlowRunNotificationPolicy.__table__
_DELIVERY, _NOTIFICATION = Delivery.__table__, Notification.__table__
_PROBLEM = OpenProblem.__table__

_NEW = begin_upsert(_GROUP)
# Not before others may be told again; but what is due earlier stays so.
_SOON = case(
    (_GROUP.c.not_before > _NEW.excluded.due, _GROUP.c.not_before), else_=_NEW.excluded.due
)
_JOIN = _NEW.on_conflict_do_update(
    index_elements=["id"],
    set_={"due": case((_GROUP.c.due < _SOON, _GROUP.c.due), else_=_SOON)},
).returning(_GROUP.c.due)
_THIS = _GROUP.c.id == bindparam("group")
_DUE = (
    select(_GROUP.c.id)
    .where(_GROUP.c.due <= bindparam("now"))
    .order_by(_GROUP.c.due)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(_GROUP.c.due)).where(_GROUP.c.due > bindparam("now"))
_LOCK = select(_GROUP.c.id).where(_THIS).with_for_update()
_LOCK_DUE = select(*_GROUP.c).where(_THIS, _GROUP.c.due <= bindparam("now")).with_for_update()
_MOVE = update(_GROUP).where(_THIS)
_REMOVE = delete(_GROUP).where(_THIS)
_HASTEN = (
    update(_GROUP)
    .where(
        _GROUP.c.workspace_id == bindparam("workspace"), _GROUP.c.policy_id == bindparam("policy")
    )
    .values(due=bindparam("now"))
)
_TIMES: Select[Any] = select(
    _POLICY.c.is_active,
    _POLICY.c.grouping,
    _POLICY.c.quiet_hours,
    _POLICY.c.block_document_id,
    _POLICY.c.more_channel_ids,
    _POLICY.c.fallback_after,
    _POLICY.c.recovery,
).where(_POLICY.c.workspace_id == bindparam("workspace"), _POLICY.c.id == bindparam("policy"))

_IS_HELD = (text(f"delivery.{HELD.text}"), _DELIVERY.c.group_id == bindparam("group"))
# A notification is told over several channels, of which some may hear that it recovered.
_HELD = (
    select(
        _DELIVERY.c.notification_id.label("id"),
        func.max(case((_DELIVERY.c.problem.is_not(None), 1), else_=0)).label("recovered"),
    )
    .where(*_IS_HELD)
    .group_by(_DELIVERY.c.notification_id)
    .subquery("held")
)
_OPEN = (
    select(_PROBLEM.c.notification_id.label("id"), literal(0).label("recovered"))
    .where(_PROBLEM.c.policy_id == bindparam("policy"), _PROBLEM.c.group_id == bindparam("group"))
    .subquery("open")
)
_COUNT_OPEN = select(func.count()).select_from(_OPEN)
_state_type, _state_name = (
    _NOTIFICATION.c.news[name].as_string() for name in ("state_type", "state_name")
)


def _counts(told: Subquery) -> Select[Any]:
    keys = [_state_type.label("state_type"), _state_name.label("state_name"), told.c.recovered]
    return (
        select(
            *keys, func.count().label("number"), func.min(_NOTIFICATION.c.created).label("first")
        )
        .join_from(told, _NOTIFICATION, _NOTIFICATION.c.id == told.c.id)
        .group_by(*keys)
    )


def _first(told: Subquery) -> Select[Any]:
    return (
        select(_NOTIFICATION, told.c.recovered)
        .join_from(told, _NOTIFICATION, _NOTIFICATION.c.id == told.c.id)
        .order_by(_NOTIFICATION.c.created, _NOTIFICATION.c.id)
        .limit(bindparam("limit"))
    )


_COUNT_HELD, _COUNT_PROBLEMS = _counts(_HELD), _counts(_OPEN)
_FIRST_HELD, _FIRST_PROBLEMS = _first(_HELD), _first(_OPEN)
_FIRST_IN_STATE = _FIRST_HELD.where(
    _HELD.c.recovered == 0,
    _state_type == bindparam("state_type"),
    _state_name == bindparam("state_name"),
)
_CHANNELS = select(_DELIVERY.c.channel_id).where(*_IS_HELD).distinct()
_LATER = _DELIVERY.alias("later")
# Told by the group's order: fallbacks, too, over which nothing was held.
_OPEN_CHANNELS = (
    select(_DELIVERY.c.channel_id)
    .where(
        _DELIVERY.c.order_key == bindparam("group"),
        _DELIVERY.c.problem.is_(None),
        _DELIVERY.c.state.in_(
            [
                *(DeliveryState.SENT, DeliveryState.PARTLY),
                *(DeliveryState.SENDING, DeliveryState.PENDING),
            ]
        ),
        ~exists().where(
            _LATER.c.order_key == _DELIVERY.c.order_key,
            _LATER.c.channel_id == _DELIVERY.c.channel_id,
            _LATER.c.seq > _DELIVERY.c.seq,
            _LATER.c.problem.is_not(None),
        ),
    )
    .distinct()
)
_SETTLE = update(_DELIVERY).where(*_IS_HELD).values(reason=bindparam("why"))
_MERGE = _SETTLE.where(_DELIVERY.c.channel_id == bindparam("channel")).values(
    state=DeliveryState.MERGED, digest_id=bindparam("digest")
)
_SUPPRESS = _SETTLE.values(state=DeliveryState.SUPPRESSED)


def join(session: Session, row: Mapping[str, Any]) -> datetime:
    """Have a group, its row locked, looked at when it is due or earlier; return when that is."""
    due: datetime = session.execute(_JOIN, row).scalar_one()
    return due


def list_due(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    return session.scalars(_DUE, {"now": now, "limit": limit}).all()


def find_next_due(session: Session, now: datetime) -> datetime | None:
    """Return when, after *now*, a group is to be looked at."""
    due: datetime | None = session.scalar(_NEXT_DUE, {"now": now})
    return due


def lock_due(session: Session, group_id: UUID, now: datetime) -> Row[Any] | None:
    """Return a group whose time has come, locked; None if another process has seen to it."""
    return session.execute(_LOCK_DUE, {"group": group_id, "now": now}).first()


def lock(session: Session, group_id: UUID) -> None:
    session.execute(_LOCK, {"group": group_id})


def change(session: Session, group_id: UUID, values: Mapping[str, Any]) -> None:
    session.execute(_MOVE.values(**values), {"group": group_id})


def remove(session: Session, group_id: UUID) -> None:
    session.execute(_REMOVE, {"group": group_id})


def hasten(session: Session, workspace: UUID, policy_id: UUID, now: datetime) -> None:
    """Have all groups of a policy looked at now."""
    session.execute(_HASTEN, {"workspace": workspace, "policy": policy_id, "now": now})


def find_times(session: Session, workspace: UUID, policy_id: UUID) -> Row[Any] | None:
    """Return what a look at a group needs of its policy."""
    return session.execute(_TIMES, {"workspace": workspace, "policy": policy_id}).first()


def count_held(session: Session, group_id: UUID) -> Sequence[Row[Any]]:
    """Return (state_type, state_name, recovered, number, first) of what is held."""
    return session.execute(_COUNT_HELD, {"group": group_id}).all()


def count_problems(session: Session, policy_id: UUID, group_id: UUID) -> Sequence[Row[Any]]:
    """Return the same of the problems that go on."""
    return session.execute(_COUNT_PROBLEMS, {"policy": policy_id, "group": group_id}).all()


def count_open(session: Session, policy_id: UUID, group_id: UUID) -> int:
    return session.scalar(_COUNT_OPEN, {"policy": policy_id, "group": group_id}) or 0


def list_first_held(session: Session, group_id: UUID, limit: int) -> Sequence[Row[Any]]:
    """Return notifications, the first first."""
    return session.execute(_FIRST_HELD, {"group": group_id, "limit": limit}).all()


def get_first_in_state(
    session: Session, group_id: UUID, state_type: str, state_name: str
) -> Row[Any]:
    """Return the first of the notifications that are held for a group of one of its states."""
    state = {"state_type": state_type, "state_name": state_name}
    return session.execute(_FIRST_IN_STATE, {"group": group_id, "limit": 1, **state}).one()


def list_first_problems(
    session: Session, policy_id: UUID, group_id: UUID, limit: int
) -> Sequence[Row[Any]]:
    """Return the notifications by which the problems that go on became known."""
    values = {"policy": policy_id, "group": group_id, "limit": limit}
    return session.execute(_FIRST_PROBLEMS, values).all()


def list_channels(session: Session, group_id: UUID) -> Sequence[UUID]:
    """Return those over which something is held."""
    return session.scalars(_CHANNELS, {"group": group_id}).all()


def list_open_channels(session: Session, group_id: UUID) -> Sequence[UUID]:
    """Return those that were told of the group's problems, and not yet that they are over."""
    return session.scalars(_OPEN_CHANNELS, {"group": group_id}).all()


def merge(session: Session, group_id: UUID, channel_id: UUID, digest_id: UUID, why: str) -> None:
    """What is held for a channel is told by the delivery *digest_id*."""
    values = {"group": group_id, "channel": channel_id, "digest": digest_id, "why": why}
    session.execute(_MERGE, values)


def suppress(session: Session, group_id: UUID, why: str) -> None:
    session.execute(_SUPPRESS, {"group": group_id, "why": why})
