"""What the server does with concurrency limits, whoever they are for."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.queries import leases
from headwater.concurrency.queries import limits as queries
from headwater.concurrency.rules.slots import Loose, Room
from headwater.concurrency.schemas.limits import (
    FIRST_OCCUPANCY,
    Limit,
    LimitCreate,
    LimitUpdate,
    MinimalLimit,
    NewLimit,
)
from headwater.db.session import signal_after_commit
from headwater.errors import ConflictError, NotFoundError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7

TOPIC = "concurrency"  # signalled when slots may have come free
_TOLD = ("name", "limit", "active", "slot_decay_per_second")


def create(session: Session, workspace: UUID, new: LimitCreate, *, now: datetime) -> NewLimit:
    """Raise ConflictError for a name that is taken."""
    row = _add(session, workspace, new.model_dump(), now)
    if row is None:
        raise ConflictError(f"A concurrency limit with the name {new.name!r} already exists.")
    return NewLimit(
        **show(row, 0, now).model_dump(),
        denied_slots=row.denied_slots,
        avg_slot_occupancy_seconds=row.avg_slot_occupancy_seconds,
    )


def put_named(session: Session, workspace: UUID, name: str, limit: int, *, now: datetime) -> UUID:
    """Make sure that there is a limit of that name, and that it is active and so high."""
    added = _add(session, workspace, {"name": name, "limit": limit}, now)
    if added is not None:
        found: UUID = added.id
        return found
    row = queries.get_locked_limit(session, workspace, name)
    if row.limit != limit or not row.active:
        update(session, workspace, row.id, LimitUpdate(limit=limit, active=True), now=now)
    there: UUID = row.id
    return there


def _add(
    session: Session, workspace: UUID, new: Mapping[str, Any], now: datetime
) -> Row[Any] | None:
    row = queries.add_limit(
        session,
        {
            "id": uuid7(),
            "created": now,
            "updated": now,
            "workspace_id": workspace,
            "name": new["name"],
            "limit": new["limit"],
            "active": new.get("active", True),
            "loose_slots": new.get("active_slots", 0),
            "loose_since": now,
            "denied_slots": new.get("denied_slots", 0),
            "slot_decay_per_second": new.get("slot_decay_per_second", 0.0),
            "avg_slot_occupancy_seconds": FIRST_OCCUPANCY,
        },
    )
    if row is not None:
        _tell(session, workspace, "created", row.id, row._asdict(), now)
    return row


def update(
    session: Session, workspace: UUID, id_or_name: UUID | str, change: LimitUpdate, *, now: datetime
) -> None:
    """Change what was sent; raise NotFoundError."""
    row = queries.get_locked_limit(session, workspace, id_or_name)
    sent = {name: value for name, value in change.model_dump().items() if value is not None}
    active_slots = sent.pop("active_slots", None)
    decay = sent.get("slot_decay_per_second", row.slot_decay_per_second)
    changes = sent | _recount(session, row, decay, active_slots, now) | {"updated": now}
    queries.change_limit(session, row.id, changes)
    if any(sent.get(name, row._mapping[name]) != row._mapping[name] for name in _TOLD):
        _tell(session, workspace, "updated", row.id, row._asdict() | changes, now)
    signal_after_commit(session, TOPIC)


def _recount(
    session: Session, row: Row[Any], decay: float, active_slots: int | None, now: datetime
) -> dict[str, Any]:
    """Return the loose slots of a limit that is to have *active_slots*, None: as many as it has.

    Leases that do not fit into a number that somebody names hold nothing of the limit any more.
    """
    leased = queries.count_leased(session, [row.id], now).get(row.id, 0)
    room = room_of(row, leased, now)
    wanted = room.taken if active_slots is None else active_slots
    if decay:
        loose = Loose(wanted, now, decay) if wanted != room.loose.slots else room.loose
        return {"loose_slots": loose.slots, "loose_since": loose.since}
    if active_slots is not None and active_slots < leased:
        leased = _cut_leases(session, row.id, active_slots, now)
    return {"loose_slots": max(0, wanted - leased), "loose_since": now}


def _cut_leases(session: Session, limit_id: UUID, most: int, now: datetime) -> int:
    """Let go of the latest leases until all hold *most* slots at most; return how many they do."""
    kept = 0
    cut: list[UUID] = []
    for lease in leases.list_leases_of_limit(session, limit_id, now):
        if cut or kept + lease.slots > most:
            cut.append(lease.id)
        else:
            kept += lease.slots
    leases.let_go(session, limit_id, cut)
    return kept


def delete(session: Session, workspace: UUID, id_or_name: UUID | str, *, now: datetime) -> None:
    """Raise NotFoundError."""
    row = queries.get_locked_limit(session, workspace, id_or_name)
    queries.delete_limit(session, workspace, row.id)
    _tell(session, workspace, "deleted", row.id, row._asdict(), now)
    signal_after_commit(session, TOPIC)


def set_for_deployment(
    session: Session, workspace: UUID, deployment_id: UUID, limit: int | None, *, now: datetime
) -> UUID | None:
    """Let *limit* runs of a deployment run at once, None: any number.

    Return the id of the limit that it has by that, the deployment's `concurrency_limit_id`. A limit
    that others made, and the deployment refers to, is none of this function's business.
    """
    name = f"deployment:{deployment_id}"
    if limit is None:
        with suppress(NotFoundError):  # it may have none of its own
            delete(session, workspace, name, now=now)
        return None
    return put_named(session, workspace, name, limit, now=now)


def get(session: Session, workspace: UUID, id_or_name: UUID | str, *, now: datetime) -> Limit:
    """Raise NotFoundError."""
    row = queries.find_limit(session, workspace, id_or_name, now)
    if row is None:
        raise NotFoundError("Concurrency Limit not found")
    return show(row, row.leased, now)


def list_by_ids(
    session: Session, workspace: UUID, ids: Collection[UUID], *, now: datetime
) -> dict[UUID, Limit]:
    """Return those of *ids* that there are: a deployment's `global_concurrency_limit`."""
    if not ids:
        return {}
    rows = queries.list_limits(session, workspace, ids, now)
    return {row.id: show(row, row.leased, now) for row in rows}


def list_page(
    session: Session, workspace: UUID, limit: int, offset: int, *, now: datetime
) -> list[Limit]:
    rows = queries.list_page(session, workspace, "", (limit, offset), now)
    return [show(row, row.leased, now) for row in rows]


def room_of(row: Row[Any], leased: int, now: datetime) -> Room:
    return Room(row.limit, loose_of(row, now), leased, row.avg_slot_occupancy_seconds)


def loose_of(row: Row[Any], now: datetime) -> Loose:
    return Loose(row.loose_slots, row.loose_since, row.slot_decay_per_second).at(now)


def show(row: Row[Any], leased: int, now: datetime) -> Limit:
    return Limit(
        id=row.id,
        created=row.created,
        updated=row.updated,
        active=row.active,
        name=row.name,
        limit=row.limit,
        active_slots=room_of(row, leased, now).taken,
        slot_decay_per_second=row.slot_decay_per_second,
    )


def show_minimal(row: Row[Any]) -> MinimalLimit:
    return MinimalLimit(id=row.id, name=row.name, limit=row.limit)


def _tell(
    session: Session,
    workspace: UUID,
    what: str,
    limit_id: UUID,
    limit: Mapping[str, Any],
    now: datetime,
) -> None:
    """Append that a limit was *what*: created, updated or deleted."""
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.concurrency-limit.{what}",
        resource=make_resource(f"prefect.concurrency-limit.{limit_id}", name=limit["name"]),
        payload={name: limit[name] for name in _TOLD},
    )
    log.append(session, workspace, [event], now=now)
