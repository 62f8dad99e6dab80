"""Takes slots of limits, keeps them by leases, and gives them back.

A lease's slots count for as long as it lives: what is taken is what live leases hold, never a
number that is to be counted back down by somebody who may be dead. Only those who ask for no lease
(2.20's clients, rate limits) are counted.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.queries import leases
from headwater.concurrency.queries import limits as queries
from headwater.concurrency.rules.slots import Room, follow_occupancy
from headwater.concurrency.schemas.slots import Holder, Mode, Wanted
from headwater.concurrency.service.limits import TOPIC, loose_of, room_of
from headwater.db.session import signal_after_commit
from headwater.errors import GoneError, InvalidError, LockedError
from headwater.ids import uuid7

# The lease of who asked for limits that do not exist. Nothing is kept of it.
OF_NOTHING = UUID("00000000-0000-7000-8000-000000000000")
GONE = "Lease not found - it may have expired or been revoked"


@dataclass(frozen=True)
class Term:
    """What a lease is made with. *seconds* that it lives unless renewed; None: until given back."""

    seconds: float | None
    holder: Holder | None = None


def take(
    session: Session,
    workspace: UUID,
    wanted: Wanted,
    term: Term | None = None,
    *,
    chance: float,
    now: datetime,
) -> tuple[UUID, Sequence[Row[Any]]]:
    """Take slots of all limits named that there are, or of none; return the lease and the limits.

    Limits that are not active let everybody through. Without *term* there is no lease. *chance*,
    in [0, 1), spreads those who come again. Raise InvalidError for what can never be had,
    LockedError for what cannot be had now.
    """
    found = queries.list_locked_limits(session, workspace, set(wanted.names))
    active = [row for row in found if row.active]
    _refuse_what_can_never_be(active, wanted)
    rooms = rooms_of(session, active, now)
    full = [room for room in rooms.values() if not room.has(wanted.slots)]
    if full:
        wait = max(room.wait(wanted.slots, now, chance) for room in full)
        raise LockedError("Locked", retry_after=wait)
    if term is None:
        for row in active:
            _take_loosely(session, row, wanted.slots, now)
    if term is None or not found:
        return OF_NOTHING, found
    return add_lease(session, workspace, term, wanted.slots, active, now=now), found


def _refuse_what_can_never_be(limits: Sequence[Row[Any]], wanted: Wanted) -> None:
    if any(row.limit < wanted.slots for row in limits):
        raise InvalidError("Slots requested is greater than the limit")
    steady = [row.name for row in limits if not row.slot_decay_per_second]
    if wanted.mode is Mode.RATE_LIMIT and steady:
        names = ", ".join(repr(name) for name in sorted(steady))
        raise InvalidError(
            "Only concurrency limits with slot decay can be used for rate limiting. "
            f"The following limits do not have a decay configured: {names}"
        )


def rooms_of(session: Session, locked: Sequence[Row[Any]], now: datetime) -> dict[UUID, Room]:
    """Return what is free of limits, by their ids. They are locked, so it stays so."""
    if not locked:
        return {}
    leased = queries.count_leased(session, [row.id for row in locked], now)
    return {row.id: room_of(row, leased.get(row.id, 0), now) for row in locked}


def add_lease(
    session: Session,
    workspace: UUID,
    term: Term,
    slots: int,
    locked: Sequence[Row[Any]],
    *,
    lease_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Make a lease of limits that the caller has locked and found room in."""
    made = lease_id or uuid7()
    for limit in locked:
        if limit.slot_decay_per_second:
            _take_loosely(session, limit, slots, now)
    row = {
        "id": made,
        "workspace_id": workspace,
        "created": now,
        "expires": None if term.seconds is None else now + timedelta(seconds=term.seconds),
        "slots": slots,
        "holder_type": term.holder and term.holder.type,
        "holder_id": term.holder and term.holder.id,
    }
    leases.add_lease(session, row, [limit.id for limit in locked])
    signal_after_commit(session, TOPIC)  # who looks for leases that end is to look for this one
    return made


def _take_loosely(session: Session, row: Row[Any], slots: int, now: datetime) -> None:
    loose = loose_of(row, now)
    since = loose.since if loose.slots else now  # what was empty begins to decay now
    changes = {"loose_slots": loose.slots + slots, "loose_since": since, "updated": now}
    queries.change_limit(session, row.id, changes)


def renew(
    session: Session, workspace: UUID, lease_id: UUID, seconds: float | None, *, now: datetime
) -> None:
    """Let a lease live for *seconds* from now, None: until given back; raise GoneError.

    One that has ended, and whose slots nobody took since, lives again.
    """
    if lease_id == OF_NOTHING:
        return
    lease = leases.find_locked_lease(session, workspace, lease_id)
    if lease is None:
        raise GoneError(GONE)
    if lease.expires is None:
        return
    if lease.expires <= now and not _has_room_again(session, workspace, lease, now):
        raise GoneError(GONE)
    until = None if seconds is None else now + timedelta(seconds=seconds)
    leases.extend_lease(session, lease_id, until)


def _has_room_again(session: Session, workspace: UUID, lease: Row[Any], now: datetime) -> bool:
    held = leases.list_held_limits(session, [lease.id])
    locked = queries.list_locked_limits_by_id(session, workspace, held.keys())
    rooms = rooms_of(session, [row for row in locked if row.active], now)
    return all(room.has(lease.slots) for room in rooms.values() if not room.loose.decay)


def give_back(
    session: Session,
    workspace: UUID,
    names: Collection[str],
    slots: int,
    occupancy: float | None,
    *,
    now: datetime,
) -> Sequence[Row[Any]]:
    """Give back slots that were taken without a lease, held for *occupancy* seconds.

    Return the limits named that there are.
    """
    found = queries.list_locked_limits(session, workspace, set(names))
    for row in found:
        if row.active:
            held = [] if occupancy is None else [(slots, occupancy)]
            changes = _lessened(row, slots, now) | _followed(row, held) | {"updated": now}
            queries.change_limit(session, row.id, changes)
    signal_after_commit(session, TOPIC)
    return found


def _lessened(row: Row[Any], slots: int, now: datetime) -> dict[str, Any]:
    loose = loose_of(row, now)
    return {"loose_slots": max(0, loose.slots - slots), "loose_since": loose.since}


def _followed(row: Row[Any], held: Iterable[tuple[int, float]]) -> dict[str, Any]:
    """Let a limit know of so many slots that were held for so many seconds."""
    average = row.avg_slot_occupancy_seconds
    for slots, seconds in held:
        average = follow_occupancy(average, row.limit, slots, seconds)
    return {"avg_slot_occupancy_seconds": average}


def end(session: Session, workspace: UUID, lease_id: UUID, *, now: datetime) -> None:
    """Give back what a lease holds. One that is gone held nothing any more."""
    lease = leases.find_locked_lease(session, workspace, lease_id)
    if lease is not None:
        end_leases(session, workspace, [lease], now=now)


def end_leases(
    session: Session, workspace: UUID, locked: Sequence[Row[Any]], *, now: datetime
) -> None:
    """End leases that the caller has locked, as they were given back or have expired."""
    by_id = {lease.id: lease for lease in locked}
    held = leases.list_held_limits(session, by_id.keys())
    rows = queries.list_locked_limits_by_id(session, workspace, held.keys()) if held else ()
    for row in rows:
        _settle(session, row, [by_id[each] for each in held[row.id]], now)
    leases.end_leases(session, by_id.keys())
    signal_after_commit(session, TOPIC)


def let_go(session: Session, limit: Row[Any], held: Sequence[Row[Any]], *, now: datetime) -> None:
    """Let leases hold nothing of a limit any more, and live on. The caller has locked them all."""
    _settle(session, limit, held, now)
    leases.let_go(session, limit.id, [lease.id for lease in held])


def _settle(session: Session, row: Row[Any], ended: Sequence[Row[Any]], now: datetime) -> None:
    """Let a limit know how long leases of it lasted, and lessen what they had taken loosely."""
    held = [(lease.slots, _lasted(lease, now)) for lease in ended]
    changes = _followed(row, held) | {"updated": now}
    if row.slot_decay_per_second:
        changes |= _lessened(row, sum(lease.slots for lease in ended), now)
    queries.change_limit(session, row.id, changes)


def _lasted(lease: Row[Any], now: datetime) -> float:
    """Return the seconds that a lease was held for."""
    lasted: timedelta = min(now, lease.expires or now) - lease.created
    return max(0.0, lasted.total_seconds())


def end_leases_of(session: Session, workspace: UUID, holder: UUID, *, now: datetime) -> bool:
    """Give back all that a run holds; return whether it held anything."""
    held = leases.list_locked_leases_of(session, workspace, holder)
    if held:
        end_leases(session, workspace, held, now=now)
    return bool(held)
