"""Which events have to do with a resource, as SQL tells: by the index of the log's blocks, and by
a look at the events behind those."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.events.models import Event, EventBlock, EventResource
from headwater.events.rules.blocks import BLOCK, after_prefix
from headwater.events.rules.matching import Among, Named
from headwater.events.schemas import RESOURCE_ID
from headwater.events.schemas.filters import Period
from headwater.texts import LARGEST_KEY

# Positions behind the index, of which all are looked at, be they most of the log.
SHORT = 50_000
# Rows of the index that are counted at most.
MOST_ROWS = 5_000
_event, _block, _resource = Event.__table__, EventBlock.__table__, EventResource.__table__
_COLUMNS = {
    Among.ABOUT: [_resource.c.about],
    Among.RELATED: [_resource.c.related],
    Among.ANY: [_resource.c.about, _resource.c.related],
}
_END = select((func.coalesce(func.max(_block.c.number), -1) + 1) * BLOCK).scalar_subquery()
_BEGIN, _LAST = (
    select(func.coalesce(which(_event.c.position), 0)).scalar_subquery()
    for which in (func.min, func.max)
)


@dataclass(frozen=True)
class Index:
    """How far the log from position *begin* to *last* is indexed: before *end*.

    A workspace is asked for events of a time that have to do with resources: *counts* says about
    how many that are, None for too many, of each of those.
    """

    dialect: str
    workspace: UUID
    occurred: Period
    begin: int
    last: int
    end: int
    counts: Sequence[int | None]

    @property
    def is_behind(self) -> bool:
        behind = self.last - max(self.end, self.begin)
        return behind > max(SHORT, self._length // 2)

    @property
    def _length(self) -> int:
        return self.last - self.begin + 1

    def helps(self, count: int | None, first: int | None) -> bool:
        """Say if it takes less to find all of so many events than to look at each until the *first*
        of them are found, or all."""
        if count is None or self.is_behind:
            return False
        return first is None or count * count <= first * self._length

    def finds(self, named: Named) -> Condition:
        """Return that an event has to do with such resources."""
        rows = (
            *_names(self.workspace, named, self.dialect),
            _is_of(_resource.c.block, self.occurred),
        )
        behind = select(_event.c.position).where(
            _event.c.position >= self.end, is_told(named, self.dialect)
        )
        found = union_all(
            *(self._list(column).where(*rows) for column in _COLUMNS[named.among]), behind
        )
        if self.dialect == "postgresql":
            # Not IN: it would guess how many those are, and rather go through the whole log.
            among: Condition = _event.c.position == func.any(func.array(found.scalar_subquery()))
            return among
        return _event.c.position.in_(found)

    def _list(self, places: ColumnElement[Any]) -> Select[Any]:
        is_postgresql = self.dialect == "postgresql"
        each = func.json_array_elements_text if is_postgresql else func.json_each
        place = each(places).table_valued("value", joins_implicitly=True).c.value
        return select(_resource.c.block * BLOCK + cast(place, BigInteger))


def is_told(named: Named, dialect: str, *, often: bool = False) -> Condition:
    """Return that an event has to do with such resources, by what it tells itself.

    Where that is so *often* it must be said: else PostgreSQL goes through all of the time, to sort
    the few that it expects.
    """
    about = [] if named.among is Among.RELATED else [_has_id(_event.c.resource_id, named)]
    if named.among is Among.ABOUT:
        return or_(*about)
    related = exists(select(1).where(_has_id(_own_id(dialect), named)))
    sooner = [] if often else _maybe_related(named)
    return or_(*about, and_(*sooner, related))


def read_index(
    session: Session, workspace: UUID, occurred: Period, named: Sequence[Named]
) -> Index:
    dialect = session.get_bind().dialect.name
    counts = [
        _count(workspace, one, occurred, dialect).label(f"count_{n}") for n, one in enumerate(named)
    ]
    begin, last, end, *found = session.execute(select(_BEGIN, _LAST, _END, *counts)).one()
    return Index(dialect, workspace, occurred, begin, last, end, found)


def _count(
    workspace: UUID, named: Named, occurred: Period, dialect: str
) -> ColumnElement[int | None]:
    """Return about how many events of a time those are; null where that takes too long to tell."""
    lengths = [func.json_array_length(column) for column in _COLUMNS[named.among]]
    places = sum(lengths[1:], lengths[0]).label("places")
    rows = select(places, _resource.c.block).where(*_names(workspace, named, dialect))
    if not named.prefixes:
        rows = rows.where(_is_of(_resource.c.block, occurred))
    few = rows.limit(MOST_ROWS).subquery()
    of_time = case((_is_of(few.c.block, occurred), few.c.places), else_=0)
    count = case((func.count() == MOST_ROWS, null()), else_=func.coalesce(func.sum(of_time), 0))
    return select(count).select_from(few).scalar_subquery()


def _own_id(dialect: str) -> ColumnElement[Any]:
    """Return the id of each of the related resources."""
    if dialect == "postgresql":
        each = func.json_array_elements(_event.c.related)
        resource = each.table_valued("value", joins_implicitly=True).c.value
        return resource.op("->>")(RESOURCE_ID)
    each = func.json_each(_event.c.related)
    resource = each.table_valued("value", joins_implicitly=True).c.value
    return func.json_extract(resource, f'$."{RESOURCE_ID}"')


def _has_id(own: ColumnElement[Any], named: Named) -> Condition:
    return or_(
        *([own.in_(named.ids)] if named.ids else []), *(begins(own, one) for one in named.prefixes)
    )


def begins(column: ColumnElement[Any], prefix: str) -> Condition:
    # Not LIKE: on SQLite it knows no case.
    return func.substr(column, 1, len(prefix)) == prefix


def _names(workspace: UUID, named: Named, dialect: str) -> list[Condition]:
    """Return that a row of the index is of such resources."""
    ids = [_resource.c.resource_id.in_(named.ids)] if named.ids else []
    own = or_(*ids, *(_is_between(one, dialect) for one in named.prefixes))
    return [_resource.c.workspace_id == workspace, own]


def _is_of(block: ColumnElement[int], occurred: Period) -> Condition:
    """Return that a block may have events of a time."""
    first = select(func.min(_block.c.number)).where(_block.c.until >= occurred.since)
    last = select(func.max(_block.c.number)).where(_block.c.since <= occurred.until)
    return and_(block >= first.scalar_subquery(), block <= last.scalar_subquery())


def _is_between(prefix: str, dialect: str) -> Condition:
    own, end = _resource.c.resource_id, after_prefix(prefix)
    # By bytes, not as a language sorts: so is the index.
    signs = ("~>=~", "~<~") if dialect == "postgresql" else (">=", "<")
    since, until = (own.bool_op(sign) for sign in signs)
    return since(prefix) if end is None else and_(since(prefix), until(end))


def _maybe_related(named: Named) -> list[Condition]:
    """Return that one of the ids is somewhere in the related resources: sooner told than where."""
    parts = [*named.ids, *named.prefixes]
    if not all(map(_is_plain, parts)):
        return []
    related = cast(_event.c.related, Text)
    return [or_(*(related.contains(one, autoescape=True) for one in parts))]


def _is_plain(part: str) -> bool:
    """Say whether JSON has a part of an id as it is, and SQLite takes it for a pattern."""
    return (
        len(part) <= LARGEST_KEY
        and part.isascii()
        and part.isprintable()
        and not {'"', "\\"} & set(part)
    )
