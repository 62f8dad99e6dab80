"""The event log as one reads it who reads all of it, in order, from where it stopped or began."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, or_, select, text
from sqlalchemy.orm import Session

from headwater.errors import NotFoundError
from headwater.events.models import Event
from headwater.events.queries.reading import CHUNK, SHOWN, scan_events
from headwater.events.schemas import HEARTBEAT
from headwater.events.schemas.filters import EventOrder, Period, ResolvedFilter

_event = Event.__table__
# A payload may have a megabyte: few readers need any.
_BRIEF = [column for column in _event.c if column.name not in ("payload", "resource_id")]
_brief: Select[Any] = select(*_BRIEF)
_of_positions = _event.c.position.in_(bindparam("positions", expanding=True))
_UNREAD = (
    _brief.where(_event.c.position > bindparam("last"))
    .order_by(_event.c.position)
    .limit(bindparam("limit"))
)
_AT = _brief.where(_of_positions).order_by(_event.c.position)
_of_ids = _event.c.id.in_(bindparam("ids", expanding=True))
_mine = _event.c.workspace_id == bindparam("workspace")
_THIS = _brief.where(_event.c.id == bindparam("this"), _mine)
_LATEST_OF = (
    _brief.where(
        _mine,
        _event.c.resource_id == bindparam("resource"),
        _event.c.occurred <= bindparam("until"),
    )
    .order_by(_event.c.occurred.desc(), _event.c.position.desc())
    .limit(bindparam("limit"))
)
_POSITIONS: Select[Any] = select(_event.c.id, _event.c.position).where(_of_ids)
_WHOLE = select(*(_event.c[name] for name in SHOWN)).where(_of_ids)
_NAMES: Select[Any] = select(
    _event.c.id, _event.c.event, _event.c.occurred, _event.c.resource_id
).where(_of_ids)
_LAST: Select[Any] = select(func.coalesce(func.max(_event.c.position), 0))
_OF_RUNS: Select[Any] = (
    select(*(_event.c[name] for name in ("position", "id", "occurred", "resource", "related")))
    .where(
        _event.c.workspace_id == bindparam("workspace"),
        # Each part begins where the last one ended, else all before it were looked at again.
        _event.c.occurred >= bindparam("since"),
        or_(
            _event.c.occurred > bindparam("since"),
            _event.c.position > bindparam("position"),
        ),
        _event.c.occurred <= bindparam("until"),
        _event.c.event.startswith("prefect.flow-run."),
        _event.c.event != HEARTBEAT,
    )
    .order_by(_event.c.occurred, _event.c.position)
    .limit(CHUNK)
)
_OLDEST_WRITER = text(
    "SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity"
    " WHERE backend_xid IS NOT NULL AND datname = current_database()"
)


def list_unread(
    session: Session, last: int, missing: Collection[int], limit: int
) -> Sequence[Row[Any]]:
    """Return the events after a position, and those that were *missing* before it, in order."""
    # Not by one statement with OR, for which SQLite goes through the whole log.
    found = list_at(session, missing) if missing else ()
    new = session.execute(_UNREAD, {"last": last, "limit": limit}).all()
    return [*found, *new][:limit]


def list_at(session: Session, positions: Collection[int]) -> Sequence[Row[Any]]:
    """Return the events at these positions, in order."""
    return session.execute(_AT, {"positions": list(positions)}).all()


def get_brief(session: Session, workspace: UUID, event_id: UUID) -> Row[Any]:
    """Return an event without its payload."""
    row = session.execute(_THIS, {"this": event_id, "workspace": workspace}).first()
    if row is None:
        raise NotFoundError("Event not found")
    return row


def list_latest_of(
    session: Session, workspace: UUID, resource: str, until: datetime, limit: int
) -> Sequence[Row[Any]]:
    """Return the latest events of a resource that occurred until then, the newest first."""
    values = {"workspace": workspace, "resource": resource, "until": until, "limit": limit}
    return session.execute(_LATEST_OF, values).all()


def list_positions(session: Session, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Return which of these events are in the log, and where."""
    return session.execute(_POSITIONS, {"ids": list(ids)}).all()


def list_whole(session: Session, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    return session.execute(_WHOLE, {"ids": list(ids)}).all()


def list_names(session: Session, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Return of these events what they are called, when they occurred, and what they are about."""
    return session.execute(_NAMES, {"ids": list(ids)}).all()


def find_last_position(session: Session) -> int:
    return int(session.execute(_LAST).scalar_one())


def find_oldest_writer(session: Session) -> timedelta:
    """Return for how long the oldest transaction runs whose rows may still come to be seen."""
    if session.get_bind().dialect.name != "postgresql":
        return timedelta(0)
    age = session.execute(_OLDEST_WRITER).scalar()
    return timedelta(seconds=float(age or 0))


def scan_of_runs(
    session: Session, workspace: UUID, since: datetime, until: datetime
) -> Iterator[Row[Any]]:
    """Yield what flow runs went through between two times, in that order."""
    values = {"workspace": workspace, "since": since, "position": 0, "until": until}
    rows = session.execute(_OF_RUNS, values).all()
    while rows:
        yield from rows
        if len(rows) < CHUNK:
            return
        values |= {"since": rows[-1].occurred, "position": rows[-1].position}
        rows = session.execute(_OF_RUNS, values).all()


def scan_between(
    session: Session, workspace: UUID, since: datetime, until: datetime
) -> Iterator[Row[Any]]:
    """Yield the events that occurred between two times, in that order."""
    wanted = ResolvedFilter(occurred=Period(since=since, until=until), order=EventOrder.ASC)
    return scan_events(session, workspace, wanted, [column.name for column in _BRIEF])
