"""What is read of the event log.

The statements narrow down what a filter may mean; `rules.matching` says what it does mean, where
it asks for labels, roles or text.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, or_, select
from sqlalchemy import tuple_ as row_of
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.db.planning import mostly
from headwater.events.models import Event
from headwater.events.queries.mentions import begins, is_told, read_index
from headwater.events.rules.matching import asks_for_few, list_named
from headwater.events.schemas.filters import EventNames, EventOrder, Period, ResolvedFilter
from headwater.web.sockets.following import NEWEST

CHUNK = 1000  # rows looked at together
_event = Event.__table__
SHOWN = ("occurred", "event", "resource", "related", "payload", "id", "follows", "received")
_SHOWN = [_event.c[name] for name in SHOWN]
# Where the position bounds the look already: see `runs.queries.overviews`.
_workspace = func.coalesce(_event.c.workspace_id, _event.c.workspace_id)
_PLACED = (
    select(_event.c.position, *_SHOWN)
    .where(_workspace == bindparam("workspace"))
    .order_by(_event.c.position)
    .limit(CHUNK)
)
_AFTER = _PLACED.where(_event.c.position > bindparam("cursor"))
_IN_HOLES = _PLACED.where(_event.c.position.in_(bindparam("holes", expanding=True)))
_LAST = select(_event.c.position).order_by(_event.c.position.desc()).limit(NEWEST)


def list_last_positions(session: Session) -> Sequence[int]:
    """Return the last positions of the log, the highest first."""
    return session.execute(_LAST).scalars().all()


def list_after(
    session: Session, workspace: UUID, cursor: int, holes: Sequence[int]
) -> Sequence[Row[Any]]:
    """Return the events after a position, CHUNK at most, and those in the *holes* before it."""
    # Not by one statement with OR, for which SQLite goes through the whole log.
    of = {"workspace": workspace}
    found = session.execute(_IN_HOLES, of | {"holes": list(holes)}).all() if holes else ()
    new = session.execute(_AFTER, of | {"cursor": cursor}).all()
    return [*found, *new][:CHUNK]


def count_events(session: Session, workspace: UUID, wanted: ResolvedFilter) -> int:
    condition = events_wanted(session, workspace, wanted)
    return session.scalars(select(func.count()).select_from(_event).where(condition)).one()


def list_events(
    session: Session, workspace: UUID, wanted: ResolvedFilter, limit: int, offset: int
) -> Sequence[Row[Any]]:
    sought = _seek(session, workspace, wanted, limit + offset)
    page = select(*_SHOWN).where(sought.of(wanted.occurred)).order_by(*_order(wanted.order))
    return session.execute(page.limit(limit).offset(offset)).all()


def list_events_at(
    session: Session, workspace: UUID, positions: Collection[int], order: EventOrder
) -> Sequence[Row[Any]]:
    # Else SQLite goes through the workspace's whole log, which is in order.
    mine = mostly(_event.c.workspace_id == workspace, session.get_bind().dialect.name)
    found = select(*_SHOWN).where(mine, _event.c.position.in_(positions))
    return session.execute(found.order_by(*_order(order))).all()


def scan_events(
    session: Session, workspace: UUID, wanted: ResolvedFilter, columns: Collection[str]
) -> Iterator[Row[Any]]:
    """Yield what `events_wanted` means, in order, CHUNK of them read at a time.

    Of each there are *columns*, when it occurred and its position.
    """
    # A payload may have a megabyte: who needs none reads none.
    read = [_event.c[name] for name in sorted({"occurred", "position", *columns})]
    chunk = select(*read).order_by(*_order(wanted.order)).limit(CHUNK)
    sought = _seek(session, workspace, wanted, CHUNK)
    if sought.by_index:  # where they are is found out once, not with each chunk
        places = select(_event.c.position).where(sought.of(wanted.occurred))
        positions = session.scalars(places.order_by(*_order(wanted.order))).all()
        for first in range(0, len(positions), CHUNK):
            part = _event.c.position.in_(positions[first : first + CHUNK])
            yield from session.execute(chunk.where(part)).all()
        return
    rows = session.execute(chunk.where(sought.of(wanted.occurred))).all()
    while rows:
        yield from rows
        if len(rows) < CHUNK:
            return
        rest = sought.of(_rest_of(wanted, rows[-1]))
        rows = session.execute(chunk.where(rest, _is_beyond(rows[-1], wanted.order))).all()


def _rest_of(wanted: ResolvedFilter, last: Row[Any]) -> Period:
    """Return what begins where *last* was: of two bounds SQLite may take the one farther off, and
    look at all before it again."""
    end = "until" if wanted.order is EventOrder.DESC else "since"
    return wanted.occurred.model_copy(update={end: last.occurred})


def _is_beyond(last: Row[Any], order: EventOrder) -> Condition:
    place, before = row_of(_event.c.occurred, _event.c.position), (last.occurred, last.position)
    return place < before if order is EventOrder.DESC else place > before


def _order(order: EventOrder) -> list[ColumnElement[Any]]:
    columns = (_event.c.occurred, _event.c.position)
    return [column.desc() if order is EventOrder.DESC else column.asc() for column in columns]


def events_wanted(session: Session, workspace: UUID, wanted: ResolvedFilter) -> Condition:
    """Return what meets all that a filter asks for, but labels, roles and text, and maybe those."""
    return _seek(session, workspace, wanted, None).of(wanted.occurred)


@dataclass(frozen=True)
class _Sought:
    """What a filter asks for but the time; *by_index* all of them are found before any is read."""

    workspace: UUID
    conditions: Sequence[Condition]
    by_index: bool
    are_few: bool
    dialect: str

    def of(self, occurred: Period) -> Condition:
        within = [
            _event.c.workspace_id == self.workspace,
            _event.c.occurred >= occurred.since,
            _event.c.occurred <= occurred.until,
        ]
        if self.are_few:  # else SQLite goes through all events of the time
            within = [mostly(one, self.dialect) for one in within]
        return and_(*within, *self.conditions)


def _seek(session: Session, workspace: UUID, wanted: ResolvedFilter, first: int | None) -> _Sought:
    """Return what is asked for by who reads the *first* of it in its order, or all."""
    dialect = session.get_bind().dialect.name
    conditions, by_index = _called(wanted), False
    if named := list_named(wanted):
        index = read_index(session, workspace, wanted.occurred, named)
        for one, count in zip(named, index.counts, strict=True):
            helps = index.helps(count, first)
            told = is_told(one, dialect, often=not index.is_behind)
            conditions.append(index.finds(one) if helps else told)
            by_index = by_index or helps
    return _Sought(workspace, conditions, by_index, by_index or asks_for_few(wanted), dialect)


def _called(wanted: ResolvedFilter) -> list[Condition]:
    """Return what of a filter columns of their own tell."""
    conditions = _names(wanted.event)
    if wanted.id.id:
        conditions.append(_event.c.id.in_(wanted.id.id))
    if wanted.resource is not None and wanted.resource.id:
        conditions.append(_event.c.resource_id.in_(wanted.resource.id))
    return conditions


def _names(wanted: EventNames | None) -> list[Condition]:
    if wanted is None:
        return []
    conditions: list[Condition] = []
    if wanted.name:
        conditions.append(_event.c.event.in_(wanted.name))
    if wanted.prefix:
        conditions.append(or_(*(begins(_event.c.event, one) for one in wanted.prefix)))
    if wanted.exclude_name:
        conditions.append(_event.c.event.not_in(wanted.exclude_name))
    if wanted.exclude_prefix:
        conditions += [~begins(_event.c.event, one) for one in wanted.exclude_prefix]
    return conditions
