"""Finds events in the log, and counts them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.events.queries import reading as queries
from headwater.events.rules.counting import Counted, make_intervals
from headwater.events.rules.matching import (
    Told,
    asks_for_more,
    asks_for_text,
    means_resources,
)
from headwater.events.schemas.filters import Countable, CountsWanted, ResolvedFilter, TimeUnit

Shown = dict[str, Any]
LOOKED_AT = ("id", "event", "resource", "related")
_COUNTED: Mapping[Countable, Iterable[str]] = {
    Countable.DAY: (),
    Countable.TIME: (),
    Countable.EVENT: ("event",),
    Countable.RESOURCE: ("resource_id", "resource"),
}


@dataclass(frozen=True)
class Found:
    """A page of events, and how many there are on all of its pages."""

    events: list[Shown]
    total: int


def find_events(
    session: Session,
    workspace: UUID,
    wanted: ResolvedFilter,
    limit: int,
    offset: int = 0,
    total: int | None = None,
) -> Found:
    """Return a page of the events that a filter means.

    *total* is what was found for another page of the same; None: count them.
    """
    if not _needs_a_look(wanted):
        rows = queries.list_events(session, workspace, wanted, limit, offset)
        count = queries.count_events(session, workspace, wanted) if total is None else total
        return Found([show(row) for row in rows], count)
    page: list[int] = []
    count = 0
    for row in scan(session, workspace, wanted):
        if offset <= count < offset + limit:
            page.append(row.position)
        count += 1
        if total is not None and count >= offset + limit:
            break
    rows = queries.list_events_at(session, workspace, page, wanted.order)
    return Found([show(row) for row in rows], count if total is None else total)


def count_by(
    session: Session, workspace: UUID, countable: Countable, wanted: CountsWanted, *, now: datetime
) -> list[Counted]:
    """Return counts of the events that a filter means; raise InvalidError for too many of them."""
    resolved = wanted.filter.at(now)
    since, until = resolved.occurred.since, resolved.occurred.until
    unit = TimeUnit.DAY if countable is Countable.DAY else wanted.time_unit
    intervals = make_intervals(since, until, unit, wanted.time_interval)
    rows = scan(session, workspace, resolved, _COUNTED[countable])
    if countable in (Countable.DAY, Countable.TIME):
        for row in rows:
            intervals.add(row.occurred)
        return intervals.buckets
    counts: dict[str, Counted] = {}
    named: dict[str, Any] = {}  # when the event was whose label a resource has
    for row in rows:
        value, label = _name(countable, row)
        found = counts.setdefault(value, Counted(value, label, row.occurred, row.occurred))
        found.add(row.occurred)
        if row.occurred >= named.setdefault(value, row.occurred):
            named[value], found.label = row.occurred, label
    return sorted(counts.values(), key=lambda one: (-one.count, one.label, one.value))


def _name(countable: Countable, row: Row[Any]) -> tuple[str, str]:
    if countable is Countable.EVENT:
        return row.event, row.event
    own, resource = row.resource_id, parse(row.resource)
    return own, resource.get("prefect.resource.name") or resource.get("prefect.name") or own


def _needs_a_look(wanted: ResolvedFilter) -> bool:
    distinct = wanted.resource is not None and wanted.resource.distinct
    return distinct or asks_for_more(wanted)


def scan(
    session: Session, workspace: UUID, wanted: ResolvedFilter, columns: Iterable[str] = ()
) -> Iterator[Row[Any]]:
    """Yield all events that a filter means, of each its position and at least *columns*.

    Where the filter asks for what is within resources, or for text, that takes as long as there
    are events for which SQL cannot tell: each of them is looked at.
    """
    distinct = wanted.resource is not None and wanted.resource.distinct
    look = asks_for_more(wanted)
    read = {*columns, *(LOOKED_AT if look else ()), *(("resource_id",) if distinct else ())}
    read |= {"payload"} if asks_for_text(wanted) else set()
    seen: set[str] = set()
    for row in queries.scan_events(session, workspace, wanted, read):
        if look and not means_resources(wanted, tell(row)):
            continue
        if distinct:
            if row.resource_id in seen:
                continue
            seen.add(row.resource_id)
        yield row


def tell(row: Row[Any]) -> Told:
    """Return as much of an event as filters are about; a payload that was not read is None."""
    payload = row._mapping.get("payload")
    return Told(
        row.id, row.occurred, row.event, parse(row.resource), parse(row.related), parse(payload)
    )


def show(row: Row[Any]) -> Shown:
    """Return an event as the wire has it."""
    return {name: row._mapping[name] for name in queries.SHOWN}
