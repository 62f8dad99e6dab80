"""What pages show of the event log: the newest, one with those around it, counts over time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.events.queries import overviews as queries
from headwater.events.queries.reading import (
    events_wanted,
    list_events,
    list_events_at,
    scan_events,
)
from headwater.events.rules.matching import asks_for_more, asks_for_text, means_resources
from headwater.events.schemas.filters import EventOrder, Period, ResolvedFilter
from headwater.events.service.reading import LOOKED_AT, Shown, show, tell

MOST_LOOKED_AT = 20_000  # events, where SQL cannot tell whether a filter means them
MOST_FOLLOWERS = 20
# How far from an event those are that follow it: they wait for it so long, and name none older.
NEAR = timedelta(minutes=15)


@dataclass(frozen=True)
class Newest:
    """Events, the newest first. *looked_back_to* is set where those before that were not looked
    at: there were too many."""

    events: Sequence[Shown]
    looked_back_to: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """How many events there were *by_interval*, by its number.

    *since* is set where only the events from then on were looked at: there were too many.
    """

    by_interval: Mapping[int, int]
    since: datetime | None = None


def find_newest(
    session: Session, workspace: UUID, wanted: ResolvedFilter, limit: int, offset: int = 0
) -> Newest:
    """Return the newest events that a filter means, of the last MOST_LOOKED_AT where each has to
    be looked at."""
    if not asks_for_more(wanted):
        newest_first = wanted.model_copy(update={"order": EventOrder.DESC})
        rows = list_events(session, workspace, newest_first, limit, offset)
        return Newest([show(row) for row in rows])
    page: list[int] = []
    looked, last = 0, wanted.occurred.until
    most = MOST_LOOKED_AT + offset  # else events of one instant could keep a page from going on
    for row, is_meant in _look(session, workspace, wanted, most):
        looked, last = looked + 1, row.occurred
        if is_meant:
            page.append(row.position)
        if len(page) == offset + limit:
            break
    rows = list_events_at(session, workspace, page[offset:], EventOrder.DESC)
    cut = looked == most and len(page) < offset + limit
    return Newest([show(row) for row in rows], last if cut else None)


def get_event(session: Session, workspace: UUID, event_id: UUID) -> Shown:
    """Return an event as the wire has it, or raise NotFoundError."""
    return show(queries.get_event(session, workspace, event_id))


def list_followers(
    session: Session, workspace: UUID, event_id: UUID, occurred: datetime
) -> Sequence[Shown]:
    """Return the events that follow the one that occurred then, MOST_FOLLOWERS at most."""
    period = (occurred - NEAR, occurred + NEAR)
    rows = queries.list_followers(session, workspace, event_id, *period, MOST_FOLLOWERS)
    return [show(row) for row in rows]


def count_over_time(
    session: Session,
    workspace: UUID,
    wanted: ResolvedFilter,
    begin: datetime,
    end: datetime,
    seconds: int,
) -> Counts:
    """Count the events that a filter means from *begin* until *end*, in intervals of so many
    seconds, of the last MOST_LOOKED_AT where each has to be looked at."""
    period = Period(since=begin, until=end - timedelta(microseconds=1))
    of_time = wanted.model_copy(update={"occurred": period})
    if not asks_for_more(of_time):
        condition = events_wanted(session, workspace, of_time)
        return Counts(queries.count_by_interval(session, condition, begin, seconds))
    width, counts, looked, last = timedelta(seconds=seconds), Counter[int](), 0, end
    for row, is_meant in _look(session, workspace, of_time, MOST_LOOKED_AT):
        looked, last = looked + 1, row.occurred
        if is_meant:
            counts[(row.occurred - begin) // width] += 1
    return Counts(counts, last if looked == MOST_LOOKED_AT else None)


def _look(
    session: Session, workspace: UUID, wanted: ResolvedFilter, most: int
) -> Iterator[tuple[Row[Any], bool]]:
    """Yield the newest events of which SQL cannot tell if a filter means them, and if it does."""
    columns = {*LOOKED_AT, *(("payload",) if asks_for_text(wanted) else ())}
    newest_first = wanted.model_copy(update={"order": EventOrder.DESC})
    for row in islice(scan_events(session, workspace, newest_first, columns), most):
        yield row, means_resources(wanted, tell(row))
