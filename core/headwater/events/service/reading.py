"""Finds events in the log, and counts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.events.queries import reading as queries
from headwater.events.rules.counting import Counted, make_intervals
from headwater.events.rules.matching import Told, asks_for_more, means_resources
from headwater.events.schemas import RESOURCE_ID
from headwater.events.schemas.filters import Countable, CountsWanted, EventFilter, TimeUnit

Shown = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A page of events, and how many there are on all of its pages."""

    events: list[Shown]
    total: int


def find_events(
    session: Session,
    workspace: UUID,
    wanted: EventFilter,
    limit: int,
    offset: int = 0,
    total: int | None = None,
) -> Found:
    """Return a page of the events that a filter, whose time has both ends, means.

    *total* is what was found for another page of the same; None: count them.
    """
    condition = queries.events_wanted(workspace, wanted)
    if not _needs_a_look(wanted):
        rows = queries.list_events(session, condition, wanted.order, limit, offset)
        count = queries.count_events(session, condition) if total is None else total
        return Found([show(row) for row in rows], count)
    page: list[Row[Any]] = []
    count = 0
    for row in scan(session, workspace, wanted):
        if offset <= count < offset + limit:
            page.append(row)
        count += 1
        if total is not None and count >= offset + limit:
            break
    return Found([show(row) for row in page], count if total is None else total)


def count_by(
    session: Session, workspace: UUID, countable: Countable, wanted: CountsWanted
) -> list[Counted]:
    """Return counts of the events that a filter, whose time has both ends, means."""
    since, until = wanted.filter.occurred.since, wanted.filter.occurred.until
    assert since is not None  # noqa: S101  # both ends are there
    assert until is not None  # noqa: S101
    unit = TimeUnit.DAY if countable is Countable.DAY else wanted.time_unit
    intervals = make_intervals(since, until, unit, wanted.time_interval)
    rows = scan(session, workspace, wanted.filter)
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
    resource = parse(row.resource)
    own = resource[RESOURCE_ID]
    return own, resource.get("prefect.resource.name") or resource.get("prefect.name") or own


def _needs_a_look(wanted: EventFilter) -> bool:
    distinct = wanted.resource is not None and wanted.resource.distinct
    return distinct or asks_for_more(wanted)


def scan(session: Session, workspace: UUID, wanted: EventFilter) -> Iterator[Row[Any]]:
    """Yield all events that a filter, whose time has both ends, means."""
    condition = queries.events_wanted(workspace, wanted)
    distinct = wanted.resource is not None and wanted.resource.distinct
    look = asks_for_more(wanted)
    seen: set[str] = set()
    for row in queries.scan_events(session, condition, wanted.order):
        if look and not means_resources(wanted, tell(row)):
            continue
        if distinct:
            own = parse(row.resource)[RESOURCE_ID]
            if own in seen:
                continue
            seen.add(own)
        yield row


def tell(row: Row[Any]) -> Told:
    return Told(
        row.id,
        row.occurred,
        row.event,
        parse(row.resource),
        parse(row.related),
        parse(row.payload),
    )


def show(row: Row[Any]) -> Shown:
    """Return an event as the wire has it."""
    return {name: row._mapping[name] for name in queries.SHOWN}
