"""Every statement over leases, and over the limits that they hold slots of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Row, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from headwater.concurrency.queries.limits import LIVE, held, lease

_OF_WORKSPACE = lease.c.workspace_id == bindparam("workspace")
_LEASE = select(lease).where(_OF_WORKSPACE, lease.c.id == bindparam("id")).with_for_update()
_LOCKED = (
    select(lease)
    .where(_OF_WORKSPACE, lease.c.id.in_(bindparam("leases", expanding=True)))
    .order_by(lease.c.id)
    .with_for_update()
)
_OF_HOLDER = (
    select(lease)
    .where(_OF_WORKSPACE, lease.c.holder_id == bindparam("holder"))
    .order_by(lease.c.id)
    .with_for_update()
)
_HOLDERS = (
    select(held.c.limit_id, lease.c.holder_id)
    .select_from(held.join(lease))
    .where(held.c.limit_id.in_(bindparam("limits", expanding=True)), LIVE)
    .where(lease.c.holder_type == bindparam("holder_type"), lease.c.holder_id.is_not(None))
    .order_by(lease.c.created, lease.c.id)
)
_OF_LIMIT = (
    select(lease)
    .select_from(held.join(lease))
    .where(held.c.limit_id == bindparam("limit_id"), LIVE)
    .order_by(lease.c.created, lease.c.id)
)
_HELD = select(held.c.limit_id, held.c.lease_id).where(
    held.c.lease_id.in_(bindparam("leases", expanding=True))
)
_ADD, _ADD_HELD = insert(lease), insert(held)
_EXTEND = (
    update(lease).where(lease.c.id == bindparam("lease_id")).values(expires=bindparam("until"))
)
_THESE = lease.c.id.in_(bindparam("leases", expanding=True))
_END = delete(lease).where(_THESE)
_LET_GO = delete(held).where(
    held.c.limit_id == bindparam("limit"), held.c.lease_id.in_(bindparam("leases", expanding=True))
)
_EXPIRED = (
    select(lease)
    .where(lease.c.expires <= bindparam("now"))
    .order_by(lease.c.expires)
    .limit(bindparam("most"))
)
_NEXT = select(lease.c.expires).where(lease.c.expires.is_not(None)).order_by(lease.c.expires)
_NEXT = _NEXT.limit(1)
# Whoever held slots of limits that are gone, with no time to end at.
_IDLE = (
    select(lease)
    .where(lease.c.expires.is_(None), ~exists().where(held.c.lease_id == lease.c.id))
    .limit(bindparam("most"))
)


def find_locked_lease(session: Session, workspace: UUID, lease_id: UUID) -> Row[Any] | None:
    return session.execute(_LEASE, {"workspace": workspace, "id": lease_id}).first()


def list_locked_leases(
    session: Session, workspace: UUID, leases: Collection[UUID]
) -> Sequence[Row[Any]]:
    return session.execute(_LOCKED, {"workspace": workspace, "leases": list(leases)}).all()


def list_locked_leases_of(session: Session, workspace: UUID, holder: UUID) -> Sequence[Row[Any]]:
    return session.execute(_OF_HOLDER, {"workspace": workspace, "holder": holder}).all()


def list_holders(
    session: Session, limits: Collection[UUID], holder_type: str, now: datetime
) -> dict[UUID, list[UUID]]:
    """Return who holds slots of each of these limits, the earliest first."""
    values = {"limits": list(limits), "holder_type": holder_type, "now": now}
    found: dict[UUID, list[UUID]] = {each: [] for each in limits}
    for row in session.execute(_HOLDERS, values):
        found[row.limit_id].append(row.holder_id)
    return found


def list_leases_of_limit(session: Session, limit_id: UUID, now: datetime) -> Sequence[Row[Any]]:
    """Return the live leases of a limit, the earliest first."""
    return session.execute(_OF_LIMIT, {"limit_id": limit_id, "now": now}).all()


def list_held_limits(session: Session, leases: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the leases by the limits that they hold slots of."""
    found: dict[UUID, list[UUID]] = {}
    for row in session.execute(_HELD, {"leases": list(leases)}):
        found.setdefault(row.limit_id, []).append(row.lease_id)
    return found


def add_lease(session: Session, row: Mapping[str, Any], limits: Collection[UUID]) -> None:
    session.execute(_ADD, row)
    if limits:
        session.execute(_ADD_HELD, [{"lease_id": row["id"], "limit_id": each} for each in limits])


def extend_lease(session: Session, lease_id: UUID, until: datetime | None) -> None:
    session.execute(_EXTEND, {"lease_id": lease_id, "until": until})


def end_leases(session: Session, leases: Collection[UUID]) -> int:
    done = session.execute(_END, {"leases": list(leases)})
    return cast(CursorResult[Any], done).rowcount


def let_go(session: Session, limit_id: UUID, leases: Collection[UUID]) -> None:
    """Let leases hold nothing of a limit any more, and live on."""
    if leases:
        session.execute(_LET_GO, {"limit": limit_id, "leases": list(leases)})


def list_expired(session: Session, now: datetime, most: int) -> Sequence[Row[Any]]:
    return session.execute(_EXPIRED, {"now": now, "most": most}).all()


def list_idle(session: Session, most: int) -> Sequence[Row[Any]]:
    return session.execute(_IDLE, {"most": most}).all()


def find_next_expiry(session: Session) -> datetime | None:
    found: datetime | None = session.execute(_NEXT).scalar()
    return found
