"""Statements over concurrency limits and leases."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, case, delete, insert, select, update
from sqlalchemy.orm import Session

from headwater.concurrency.models import (
    ConcurrencyLease,
    ConcurrencyLeaseLimit,
    ConcurrencyLimit,
)

_limit, _lease = ConcurrencyLimit.__table__, ConcurrencyLease.__table__
_held = ConcurrencyLeaseLimit.__table__
# In one order everywhere, so that two who want the same limits do not wait crosswise.
_LOCKED_LIMITS = (
    select(_limit)
    .where(_limit.c.workspace_id == bindparam("workspace"))
    .where(_limit.c.name.in_(bindparam("names", expanding=True)), _limit.c.active.is_(True))
    .order_by(_limit.c.id)
    .with_for_update()
)
_TAKE = (
    update(_limit)
    .where(_limit.c.id.in_(bindparam("limits", expanding=True)))
    .values(active_slots=_limit.c.active_slots + 1)
)
_ADD_LEASE, _ADD_HELD = insert(_lease), insert(_held)
_of_holder = (
    select(_lease.c.id)
    .where(_lease.c.workspace_id == bindparam("workspace"))
    .where(_lease.c.holder_id == bindparam("holder"))
)
_HELD = select(_held.c.limit_id).where(_held.c.lease_id.in_(_of_holder))
_GIVE_BACK = (
    update(_limit)
    .where(_limit.c.id.in_(bindparam("limits", expanding=True)))
    .values(active_slots=case((_limit.c.active_slots > 0, _limit.c.active_slots - 1), else_=0))
)
_END_LEASES = (
    delete(_lease)
    .where(_lease.c.workspace_id == bindparam("workspace"))
    .where(_lease.c.holder_id == bindparam("holder"))
)


def list_locked_limits(
    session: Session, workspace: UUID, names: Sequence[str]
) -> Sequence[Row[Any]]:
    return session.execute(_LOCKED_LIMITS, {"workspace": workspace, "names": list(names)}).all()


def take_slots(session: Session, lease: dict[str, Any], limits: Sequence[UUID]) -> None:
    session.execute(_ADD_LEASE, lease)
    session.execute(_ADD_HELD, [{"lease_id": lease["id"], "limit_id": each} for each in limits])
    session.execute(_TAKE, {"limits": list(limits)})


def list_held_limits(session: Session, workspace: UUID, holder: UUID) -> list[UUID]:
    return list(session.execute(_HELD, {"workspace": workspace, "holder": holder}).scalars())


def give_back_slots(
    session: Session, workspace: UUID, holder: UUID, limits: Sequence[UUID]
) -> None:
    session.execute(_GIVE_BACK, {"limits": list(limits)})
    session.execute(_END_LEASES, {"workspace": workspace, "holder": holder})
