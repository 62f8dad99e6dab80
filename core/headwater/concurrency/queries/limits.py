"""Every statement over concurrency limits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Row,
    ScalarSelect,
    Text,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.concurrency.models import (
    ConcurrencyLease,
    ConcurrencyLeaseLimit,
    ConcurrencyLimit,
)
from headwater.db.criteria import begins
from headwater.db.upserts import insert_new
from headwater.errors import NotFoundError

limit, lease = ConcurrencyLimit.__table__, ConcurrencyLease.__table__
held = ConcurrencyLeaseLimit.__table__
LIVE = or_(lease.c.expires.is_(None), lease.c.expires > bindparam("now"))


def leased_slots() -> ScalarSelect[Any]:
    """Select how many slots of a limit live leases hold; the statement is to be told *now*."""
    slots = select(func.coalesce(func.sum(lease.c.slots), 0))
    slots = slots.select_from(held.join(lease)).where(held.c.limit_id == limit.c.id, LIVE)
    return slots.scalar_subquery()


_OF_WORKSPACE = limit.c.workspace_id == bindparam("workspace")
_NAMED = limit.c.name.in_(bindparam("names", expanding=True))
_THESE = limit.c.id.in_(bindparam("ids", expanding=True))
_COLUMNS: list[ColumnElement[Any]] = [*limit.c, leased_slots().label("leased")]
_SHOWN = select(*_COLUMNS).where(_OF_WORKSPACE)
_SHOWN_BY_ID = _SHOWN.where(limit.c.id == bindparam("id"))
_SHOWN_BY_NAME = _SHOWN.where(limit.c.name == bindparam("name"))
_SHOWN_BY_IDS = _SHOWN.where(_THESE)
_PAGE = (
    _SHOWN.where(begins(limit.c.name, bindparam("prefix", type_=Text)))
    .order_by(limit.c.name, limit.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
# In one order everywhere, so that two who want the same limits do not wait crosswise.
_LOCKED = select(limit).where(_OF_WORKSPACE).order_by(limit.c.id).with_for_update()
_LOCKED_BY_ID = _LOCKED.where(limit.c.id == bindparam("id"))
_LOCKED_BY_NAME = _LOCKED.where(limit.c.name == bindparam("name"))
_LOCKED_BY_NAMES, _LOCKED_BY_IDS = _LOCKED.where(_NAMED), _LOCKED.where(_THESE)
# A statement of its own, after the lock: one with the lock would count what was there before it.
_COUNTS = (
    select(held.c.limit_id, func.sum(lease.c.slots))
    .select_from(held.join(lease))
    .where(held.c.limit_id.in_(bindparam("ids", expanding=True)), LIVE)
    .group_by(held.c.limit_id)
)
_ADD = insert_new(limit).returning(*limit.c)
_CHANGE = update(limit).where(limit.c.id == bindparam("limit_id"))
_DELETE = delete(limit).where(limit.c.id == bindparam("id"), _OF_WORKSPACE)


def find_limit(
    session: Session, workspace: UUID, id_or_name: UUID | str, now: datetime
) -> Row[Any] | None:
    """Return a limit, with the slots that are *leased*."""
    values = {"workspace": workspace, "now": now}
    if isinstance(id_or_name, UUID):
        return session.execute(_SHOWN_BY_ID, values | {"id": id_or_name}).first()
    return session.execute(_SHOWN_BY_NAME, values | {"name": id_or_name}).first()


def list_limits(
    session: Session, workspace: UUID, ids: Collection[UUID], now: datetime
) -> Sequence[Row[Any]]:
    values = {"workspace": workspace, "ids": list(ids), "now": now}
    return session.execute(_SHOWN_BY_IDS, values).all()


def list_page(
    session: Session, workspace: UUID, prefix: str, page: tuple[int, int], now: datetime
) -> Sequence[Row[Any]]:
    """Return limits whose names begin so, by name. *page* is how many at most, and from where."""
    values = {"workspace": workspace, "prefix": prefix, "now": now}
    return session.execute(_PAGE, values | {"limit": page[0], "offset": page[1]}).all()


def get_locked_limit(session: Session, workspace: UUID, id_or_name: UUID | str) -> Row[Any]:
    """Return a limit, locked until the unit of work ends; raise NotFoundError."""
    if isinstance(id_or_name, UUID):
        values = {"workspace": workspace, "id": id_or_name}
        row = session.execute(_LOCKED_BY_ID, values).first()
    else:
        named = {"workspace": workspace, "name": id_or_name}
        row = session.execute(_LOCKED_BY_NAME, named).first()
    if row is None:
        raise NotFoundError("Concurrency Limit not found")
    return row


def list_locked_limits(
    session: Session, workspace: UUID, names: Collection[str]
) -> Sequence[Row[Any]]:
    return session.execute(_LOCKED_BY_NAMES, {"workspace": workspace, "names": list(names)}).all()


def list_locked_limits_by_id(
    session: Session, workspace: UUID, ids: Collection[UUID]
) -> Sequence[Row[Any]]:
    return session.execute(_LOCKED_BY_IDS, {"workspace": workspace, "ids": list(ids)}).all()


def count_leased(session: Session, ids: Collection[UUID], now: datetime) -> dict[UUID, int]:
    """Return how many slots of each limit live leases hold; of one that has none, nothing."""
    rows = session.execute(_COUNTS, {"ids": list(ids), "now": now}).all()
    return {row[0]: int(row[1]) for row in rows}


def add_limit(session: Session, row: Mapping[str, Any]) -> Row[Any] | None:
    """Return the new limit, None where its name is taken."""
    return session.execute(_ADD, row).first()


def change_limit(session: Session, limit_id: UUID, changes: Mapping[str, Any]) -> None:
    session.execute(_CHANGE.values(**changes), {"limit_id": limit_id})


def delete_limit(session: Session, workspace: UUID, limit_id: UUID) -> bool:
    """Delete a limit; leases of it hold nothing of it any more. Return whether it was there."""
    done = session.execute(_DELETE, {"workspace": workspace, "id": limit_id})
    return cast(CursorResult[Any], done).rowcount > 0
