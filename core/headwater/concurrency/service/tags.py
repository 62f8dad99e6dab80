"""Limits of task tags, by the names that their older routes and rules have for them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.queries import leases
from headwater.concurrency.queries import limits as queries
from headwater.concurrency.rules.slots import Room
from headwater.concurrency.schemas.limits import MinimalLimit
from headwater.concurrency.schemas.slots import Holder, HolderType
from headwater.concurrency.schemas.tags import PREFIX, TagLimit, TagLimitCreate, TagSlots, name_of
from headwater.concurrency.service import limits as limits_service
from headwater.concurrency.service import slots
from headwater.db.session import signal_after_commit
from headwater.errors import LockedError, NotFoundError

NOT_FOUND = "Concurrency limit not found"


def create(
    session: Session, workspace: UUID, new: TagLimitCreate, *, now: datetime
) -> tuple[TagLimit, bool]:
    """Make a tag's limit, or change it; return it, and whether it is new."""
    name = name_of(new.tag)
    known = queries.find_limit(session, workspace, name, now)
    limits_service.put_named(session, workspace, name, new.concurrency_limit, now=now)
    return get(session, workspace, new.tag, now=now), known is None


def get(session: Session, workspace: UUID, tag_or_id: str | UUID, *, now: datetime) -> TagLimit:
    """Raise NotFoundError, also for the id of a limit that is not a tag's."""
    row = _find(session, workspace, tag_or_id, now)
    return _show(session, [row], now)[0]


def list_page(
    session: Session, workspace: UUID, limit: int, offset: int, *, now: datetime
) -> list[TagLimit]:
    rows = queries.list_page(session, workspace, PREFIX, (limit, offset), now)
    return _show(session, rows, now)


def delete(session: Session, workspace: UUID, tag_or_id: str | UUID, *, now: datetime) -> None:
    row = _find(session, workspace, tag_or_id, now)
    limits_service.delete(session, workspace, row.id, now=now)


def reset(
    session: Session, workspace: UUID, tag: str, holders: Collection[UUID], *, now: datetime
) -> None:
    """Let these task runs, and nobody else, hold a slot of a tag's limit; raise NotFoundError."""
    limit_id = _find(session, workspace, tag, now).id
    queries.get_locked_limit(session, workspace, limit_id)
    known = leases.list_leases_of_limit(session, limit_id, now)
    leases.let_go(session, limit_id, [lease.id for lease in known])
    queries.change_limit(session, limit_id, {"loose_slots": 0, "updated": now})
    for holder in dict.fromkeys(holders):
        # Read anew: where slots decay, each holder's makes it another.
        limit = queries.get_locked_limit(session, workspace, limit_id)
        hold(session, workspace, [limit], holder, now=now)
    signal_after_commit(session, limits_service.TOPIC)


def take(session: Session, workspace: UUID, wanted: TagSlots, *, now: datetime) -> list[Row[Any]]:
    """Let a task run hold a slot of each of these tags' limits; raise LockedError.

    One that holds a slot has it: who asks again, for the answer was lost, takes no other.
    """
    found = list_locked(session, workspace, wanted.names)
    for row in found:
        if row.limit == 0:
            raise LockedError(deadlock(tag_of(row)), retry_after=None)
    rooms = slots.rooms_of(session, found, now)
    there = leases.list_holders(session, rooms.keys(), HolderType.TASK_RUN, now) if rooms else {}
    missing = [row for row in found if wanted.task_run_id not in there[row.id]]
    for row in missing:
        if not rooms[row.id].has(1):
            wait = rooms[row.id].wait(1, now, 0.0)
            raise LockedError(full(tag_of(row)), retry_after=wait)
    hold(session, workspace, missing, wanted.task_run_id, now=now)
    return list(found)


def give_back(
    session: Session, workspace: UUID, wanted: TagSlots, *, now: datetime
) -> list[Row[Any]]:
    """Let a task run hold no slot of these tags' limits; return the limits.

    Limits that were switched off meanwhile are no exception: they may be switched on again.
    """
    held = leases.list_locked_leases_of(session, workspace, wanted.task_run_id)
    by_id = {lease.id: lease for lease in held}
    by_limit = leases.list_held_limits(session, by_id.keys()) if held else {}
    found = _list_locked(session, workspace, wanted.names)
    for row in found:
        if mine := by_limit.pop(row.id, None):
            slots.let_go(session, row, [by_id[each] for each in mine], now=now)
    elsewhere = {each for those in by_limit.values() for each in those}
    leases.end_leases(session, by_id.keys() - elsewhere)
    signal_after_commit(session, limits_service.TOPIC)
    return list(found)


def list_locked(session: Session, workspace: UUID, tags: Collection[str]) -> Sequence[Row[Any]]:
    """Return the active limits of those tags that have one, locked until the unit of work ends."""
    return [row for row in _list_locked(session, workspace, tags) if row.active]


def _list_locked(session: Session, workspace: UUID, tags: Collection[str]) -> Sequence[Row[Any]]:
    if not tags:
        return ()
    return queries.list_locked_limits(session, workspace, [name_of(tag) for tag in tags])


def rooms(session: Session, locked: Sequence[Row[Any]], *, now: datetime) -> dict[str, Room]:
    """Return what is free of tags' limits, by tag."""
    by_id = slots.rooms_of(session, locked, now)
    return {tag_of(row): by_id[row.id] for row in locked}


def hold(
    session: Session,
    workspace: UUID,
    limits: Sequence[Row[Any]],
    task_run_id: UUID,
    *,
    now: datetime,
) -> None:
    """Let a task run hold a slot of each of *limits*, until it gives them back."""
    if limits:
        term = slots.Term(None, Holder(type=HolderType.TASK_RUN, id=task_run_id))
        slots.add_lease(session, workspace, term, 1, limits, now=now)


def tag_of(row: Row[Any]) -> str:
    name: str = row.name
    return name.removeprefix(PREFIX)


def show_by_tag(row: Row[Any]) -> MinimalLimit:
    return MinimalLimit(id=row.id, name=tag_of(row), limit=row.limit)


def full(tag: str) -> str:
    return f"Concurrency limit for the {tag} tag has been reached"


def deadlock(tag: str) -> str:
    return (
        f'The concurrency limit on tag "{tag}" is 0 and will deadlock if the task'
        " tries to run again."
    )


def _find(session: Session, workspace: UUID, tag_or_id: str | UUID, now: datetime) -> Row[Any]:
    key = tag_or_id if isinstance(tag_or_id, UUID) else name_of(tag_or_id)
    row = queries.find_limit(session, workspace, key, now)
    if row is None or not row.name.startswith(PREFIX):
        raise NotFoundError(NOT_FOUND)
    return row


def _show(session: Session, rows: Sequence[Row[Any]], now: datetime) -> list[TagLimit]:
    if not rows:
        return []
    holders = leases.list_holders(session, [row.id for row in rows], HolderType.TASK_RUN, now)
    return [
        TagLimit(
            id=row.id,
            created=row.created,
            updated=row.updated,
            tag=tag_of(row),
            concurrency_limit=row.limit,
            active_slots=holders[row.id],
        )
        for row in rows
    ]
