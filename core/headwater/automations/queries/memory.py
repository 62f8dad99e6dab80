"""What triggers know, how far they have read the log, and which events wait for others."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, delete, func, select, update
from sqlalchemy import tuple_ as row_of
from sqlalchemy.orm import Session

from headwater.automations.models import (
    Automation,
    AutomationMemory,
    AutomationReader,
    AutomationWaiting,
)
from headwater.db.upserts import insert_new, insert_or_change

CHUNK = 1000  # rows named in one statement
_NAME = "triggers"
_automation, _reader = Automation.__table__, AutomationReader.__table__
_memory, _waiting = AutomationMemory.__table__, AutomationWaiting.__table__

_READER = select(_reader).where(_reader.c.name == _NAME)
_ADD_READER = insert_new(_reader, ["name"])
_MOVE = (
    update(_reader)
    .where(_reader.c.name == _NAME, _reader.c.turn == bindparam("held"))
    .values(position=bindparam("read"), missing=bindparam("lacking"), turn=_reader.c.turn + 1)
)
_VERSIONS: Select[Any] = select(_automation.c.id, _automation.c.updated).where(
    _automation.c.enabled.is_(True)
)
_ARMED = select(_automation).where(
    _automation.c.enabled.is_(True), _automation.c.id.in_(bindparam("ids", expanding=True))
)
_TRIGGERS = select(_memory.c.trigger_id).distinct()
_FORGET_TRIGGERS = delete(_memory).where(
    _memory.c.trigger_id.in_(bindparam("triggers", expanding=True))
)
_SLOT = row_of(_memory.c.trigger_id, _memory.c.key)
_STATES: Select[Any] = select(_memory.c.trigger_id, _memory.c.key, _memory.c.state)
_OF_SLOTS: Select[Any] = _STATES.where(_SLOT.in_(bindparam("slots", expanding=True)))
_DUE: Select[Any] = (
    _STATES.where(_memory.c.due <= bindparam("now"))
    .order_by(_memory.c.due)
    .limit(bindparam("limit"))
)
_PUT = insert_or_change(_memory, ["trigger_id", "key"], ["state", "due"])
_FORGET = delete(_memory).where(
    _memory.c.trigger_id == bindparam("this_trigger"), _memory.c.key == bindparam("this_key")
)
_NEXT_DUE = select(func.min(_memory.c.due))
_FIRST_UNTIL = select(func.min(_waiting.c.until))
_BEHIND: Select[Any] = select(_waiting.c.position, _waiting.c.event_id).where(
    _waiting.c.leader.in_(bindparam("leaders", expanding=True))
)
_PATIENT_NO_MORE: Select[Any] = (
    select(_waiting.c.position, _waiting.c.event_id)
    .where(_waiting.c.until <= bindparam("now"))
    .order_by(_waiting.c.until)
    .limit(bindparam("limit"))
)
_WAITING_IDS = select(_waiting.c.event_id).where(
    _waiting.c.event_id.in_(bindparam("ids", expanding=True))
)
_ADD_WAITING = insert_new(_waiting, ["position"])
_END_WAITING = delete(_waiting).where(
    _waiting.c.position.in_(bindparam("positions", expanding=True))
)


def find_reader(session: Session) -> Row[Any] | None:
    return session.execute(_READER).first()


def add_reader(session: Session, position: int) -> None:
    """Begin to read after a position, unless another has begun."""
    new = {"name": _NAME, "position": position, "turn": 0, "missing": []}
    session.execute(_ADD_READER, new)


def move_reader(session: Session, turn: int, position: int, missing: Sequence[Any]) -> bool:
    """Say how far one has read whose turn it was; return whether it still is."""
    values = {"held": turn, "read": position, "lacking": missing}
    moved: Any = session.execute(_MOVE, values)
    return bool(moved.rowcount)


def list_versions(session: Session) -> dict[UUID, datetime]:
    """Return the automations that are on, and when each was last changed."""
    return {row.id: row.updated for row in session.execute(_VERSIONS)}


def list_armed(session: Session, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    return session.execute(_ARMED, {"ids": list(ids)}).all()


def list_known_triggers(session: Session) -> set[UUID]:
    return set(session.execute(_TRIGGERS).scalars())


def forget_triggers(session: Session, triggers: Collection[UUID]) -> None:
    session.execute(_FORGET_TRIGGERS, {"triggers": list(triggers)})


def list_states(session: Session, slots: Sequence[tuple[UUID, str]]) -> list[Row[Any]]:
    parts = [slots[start : start + CHUNK] for start in range(0, len(slots), CHUNK)]
    return [row for part in parts for row in session.execute(_OF_SLOTS, {"slots": part})]


def list_due(session: Session, now: datetime, limit: int) -> Sequence[Row[Any]]:
    return session.execute(_DUE, {"now": now, "limit": limit}).all()


def put_states(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(_PUT, rows)


def forget_states(session: Session, slots: Sequence[tuple[UUID, str]]) -> None:
    session.execute(_FORGET, [{"this_trigger": one, "this_key": key} for one, key in slots])


def find_next_due(session: Session) -> datetime | None:
    """Return when something is to be looked at next."""
    return _least(session, _NEXT_DUE)


def find_first_until(session: Session) -> datetime | None:
    """Return when the first event that waits has waited long enough; None: none waits."""
    return _least(session, _FIRST_UNTIL)


def list_behind(session: Session, leaders: Collection[UUID]) -> Sequence[Row[Any]]:
    """Return the events that wait for any of these."""
    return session.execute(_BEHIND, {"leaders": list(leaders)}).all()


def list_patient_no_more(session: Session, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Return events that have waited long enough."""
    return session.execute(_PATIENT_NO_MORE, {"now": now, "limit": limit}).all()


def list_waiting(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these events wait."""
    return set(session.execute(_WAITING_IDS, {"ids": list(ids)}).scalars())


def add_waiting(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(_ADD_WAITING, rows)


def end_waiting(session: Session, positions: Collection[int]) -> None:
    session.execute(_END_WAITING, {"positions": list(positions)})


def _least(session: Session, statement: Any) -> datetime | None:
    found: datetime | None = session.execute(statement).scalar()
    return found
