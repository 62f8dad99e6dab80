"""Slots of their deployments' limits: what flow runs may have of them, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.queries import leases
from headwater.concurrency.queries import limits as limit_queries
from headwater.concurrency.schemas.slots import Holder, HolderType
from headwater.concurrency.service import slots
from headwater.db.json import parse
from headwater.ids import uuid7
from headwater.runs.queries import deployment_slots as queries
from headwater.runs.rules.slots import HOLDING, LATE
from headwater.runs.rules.transitions import Slot
from headwater.runs.schemas.states import State, StateType

LEASE_SECONDS = 300.0  # until a run has begun, and renews it itself
# Those that renew the lease of a run; older clients know of none, and their runs keep the slot
# until they end.
RENEWING = (3, 4, 11)
# These took the slots of deployments themselves.
OWN_SLOTS = ((3, 0, 0), (3, 0, 3))


@dataclass(frozen=True)
class Sought:
    """What was found out for the rules. *seconds* is how long a lease of it lives."""

    slot: Slot | None = None
    deployment_is_gone: bool = False
    limit: Row[Any] | None = None
    seconds: float = LEASE_SECONDS


_NOTHING = Sought()


def seek(
    session: Session,
    workspace: UUID,
    deployment_id: UUID | None,
    current: State | None,
    proposed: State,
    *,
    client: tuple[int, ...] | None,
    now: datetime,
) -> Sought:
    """Return what a run may have of its deployment's limit, which stays so: the limit is locked."""
    if deployment_id is None or not _asks(current, proposed, client):
        return _NOTHING
    found = queries.find_limit_of_deployment(session, workspace, deployment_id)
    if found is None:
        return Sought(deployment_is_gone=True)
    if found.concurrency_limit_id is None:
        return _NOTHING
    lease_id = None if current is None else current.details.deployment_concurrency_lease_id
    # The lease first, as whoever renews it or gives it back locks them.
    lease = leases.find_locked_lease(session, workspace, lease_id) if lease_id else None
    limits = limit_queries.list_locked_limits_by_id(
        session, workspace, [found.concurrency_limit_id]
    )
    if not limits or not limits[0].active:
        return _NOTHING
    room = slots.rooms_of(session, limits, now)[limits[0].id]
    options = parse(found.concurrency_options) or {}
    slot = Slot(
        limit=room.limit,
        free=room.has(1),
        held=lease is not None and (lease.expires is None or lease.expires > now),
        cancel_new=options.get("collision_strategy") == "CANCEL_NEW",
        lease_id=uuid7(),
    )
    seconds = options.get("grace_period_seconds") or LEASE_SECONDS
    return Sought(slot, limit=limits[0], seconds=seconds)


def _asks(current: State | None, proposed: State, client: tuple[int, ...] | None) -> bool:
    """Say if the rules need to know of slots for this transition."""
    before = current and current.type
    if proposed.type is StateType.PENDING and before not in HOLDING:
        return client is None or not OWN_SLOTS[0] <= client <= OWN_SLOTS[1]
    if current is None:
        return False
    if (before, proposed.type) == (StateType.PENDING, StateType.RUNNING):
        return current.details.deployment_concurrency_lease_id is not None
    return before is StateType.SCHEDULED and proposed.name == LATE


def settle(
    session: Session,
    run: Mapping[str, Any],
    current: State | None,
    entered: State,
    sought: Sought,
    *,
    client: tuple[int, ...] | None,
    now: datetime,
) -> None:
    """Take the slot that a run was given, keep the one that it has, or give it back."""
    workspace = run["workspace_id"]
    had = None if current is None else current.details.deployment_concurrency_lease_id
    has = entered.details.deployment_concurrency_lease_id
    if sought.slot is not None and sought.limit is not None:
        knows_of_leases = client is None or client >= RENEWING
        begun = entered.type is StateType.RUNNING
        seconds = None if begun and not knows_of_leases else sought.seconds
        if has == sought.slot.lease_id:
            term = slots.Term(seconds, Holder(type=HolderType.FLOW_RUN, id=run["id"]))
            slots.add_lease(session, workspace, term, 1, [sought.limit], lease_id=has, now=now)
        elif begun and has is not None:
            slots.renew(session, workspace, has, seconds, now=now)
    if had is not None and has != had:  # last, for it changes the limit that was sought
        slots.end(session, workspace, had, now=now)
