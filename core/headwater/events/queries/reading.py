"""What is read of the event log.

The statements narrow down what a filter may mean; `rules.matching` says what it does mean, where
it asks for what is within resources, or for text.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy import tuple_ as row_of
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.events.models import Event
from headwater.events.schemas.filters import (
    AnyResource,
    EventNames,
    EventOrder,
    ResolvedFilter,
)
from headwater.texts import LARGEST_KEY
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


def count_events(session: Session, condition: Condition) -> int:
    return session.scalars(select(func.count()).select_from(_event).where(condition)).one()


def list_events(
    session: Session, condition: Condition, order: EventOrder, limit: int, offset: int
) -> Sequence[Row[Any]]:
    page = select(*_SHOWN).where(condition).order_by(*_order(order))
    return session.execute(page.limit(limit).offset(offset)).all()


def list_events_at(
    session: Session, workspace: UUID, positions: Collection[int], order: EventOrder
) -> Sequence[Row[Any]]:
    found = select(*_SHOWN).where(
        _event.c.workspace_id == workspace, _event.c.position.in_(positions)
    )
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
    rows = session.execute(chunk.where(events_wanted(workspace, wanted))).all()
    while rows:
        yield from rows
        if len(rows) < CHUNK:
            return
        rest = events_wanted(workspace, _rest_of(wanted, rows[-1]))
        rows = session.execute(chunk.where(rest, _is_beyond(rows[-1], wanted.order))).all()


def _rest_of(wanted: ResolvedFilter, last: Row[Any]) -> ResolvedFilter:
    """Return what begins where *last* was: of two bounds SQLite may take the one farther off, and
    look at all before it again."""
    end = "until" if wanted.order is EventOrder.DESC else "since"
    period = wanted.occurred.model_copy(update={end: last.occurred})
    return wanted.model_copy(update={"occurred": period})


def _is_beyond(last: Row[Any], order: EventOrder) -> Condition:
    place, before = row_of(_event.c.occurred, _event.c.position), (last.occurred, last.position)
    return place < before if order is EventOrder.DESC else place > before


def _order(order: EventOrder) -> list[ColumnElement[Any]]:
    columns = (_event.c.occurred, _event.c.position)
    return [column.desc() if order is EventOrder.DESC else column.asc() for column in columns]


def events_wanted(workspace: UUID, wanted: ResolvedFilter) -> Condition:
    """Return what meets all that a filter asks for outside of resources, and maybe that, too."""
    occurred = wanted.occurred
    conditions: list[Condition] = [
        _event.c.workspace_id == workspace,
        _event.c.occurred >= occurred.since,
        _event.c.occurred <= occurred.until,
        *_names(wanted.event),
    ]
    if wanted.id.id:
        conditions.append(_event.c.id.in_(wanted.id.id))
    if wanted.resource is not None:
        conditions += _primary(wanted.resource)
    for one in wanted.any_resources:
        conditions += _mentioned(one.id, _event.c.resource_id.in_(one.id or ()))
        begins = (_begins(_event.c.resource_id, prefix) for prefix in one.id_prefix or ())
        conditions += _mentioned(one.id_prefix, *begins)
    for related in wanted.relations:
        if not related.role:
            conditions += _mentioned(related.id)
    return and_(*conditions)


def _names(wanted: EventNames | None) -> list[Condition]:
    if wanted is None:
        return []
    conditions: list[Condition] = []
    if wanted.name:
        conditions.append(_event.c.event.in_(wanted.name))
    if wanted.prefix:
        conditions.append(or_(*(_begins(_event.c.event, one) for one in wanted.prefix)))
    if wanted.exclude_name:
        conditions.append(_event.c.event.not_in(wanted.exclude_name))
    if wanted.exclude_prefix:
        conditions += [~_begins(_event.c.event, one) for one in wanted.exclude_prefix]
    return conditions


def _primary(wanted: AnyResource) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.id:
        conditions.append(_event.c.resource_id.in_(wanted.id))
    if wanted.id_prefix:
        begins = (_begins(_event.c.resource_id, one) for one in wanted.id_prefix)
        conditions.append(or_(*begins))
    return conditions


def _begins(column: ColumnElement[Any], prefix: str) -> Condition:
    # Not LIKE: on SQLite it knows no case.
    return func.substr(column, 1, len(prefix)) == prefix


def _mentioned(parts: Sequence[str] | None, *otherwise: Condition) -> list[Condition]:
    """Return that one of *parts* is somewhere in the related resources, as far as SQL can tell."""
    if not parts or not all(map(_is_plain, parts)):
        return []
    related = cast(_event.c.related, Text)
    return [or_(*otherwise, *(related.contains(one, autoescape=True) for one in parts))]


def _is_plain(part: str) -> bool:
    """Say whether JSON has a part of an id as it is, and SQLite takes it for a pattern."""
    return (
        len(part) <= LARGEST_KEY
        and part.isascii()
        and part.isprintable()
        and not {'"', "\\"} & set(part)
    )
