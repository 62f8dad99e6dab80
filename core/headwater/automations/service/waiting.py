"""Events that wait for the one that they follow, as it may come after them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.queries import memory as queries
from headwater.automations.rules.bookmarks import Bookmark
from headwater.automations.rules.engine import Engine
from headwater.automations.rules.ordering import DEPTH, Order, Place, order
from headwater.events.queries import unread

AT_ONCE = 500  # that wait no more


@dataclass(frozen=True)
class Gathering:
    """Events in their order, with their *rows* by position; *waited* are those that waited, and
    do no more."""

    order: Order
    rows: Mapping[int, Row[Any]]
    waited: Collection[int]


def gather(
    session: Session, engine: Engine, bookmark: Bookmark, rows: Sequence[Row[Any]], *, now: datetime
) -> Gathering:
    """Put new events in their order, with those that waited for them, or waited long enough."""
    if engine.is_idle:
        rows = []
    waited = _list_waited(session, [row.id for row in rows], now)
    again = unread.list_at(session, waited) if waited else ()
    found = {row.position: row for row in (*rows, *again)}
    places = [_place(row) for row in found.values()]
    known = _list_known(session, bookmark, places)
    in_order = order(places, known, now=now)
    still = {place.position for place in in_order.waiting}
    # One whose event is gone from the log waits no more, either.
    return Gathering(in_order, found, [one for one in waited if one not in still])


def _list_waited(session: Session, ids: Sequence[UUID], now: datetime) -> list[int]:
    """Return where those are that wait for any of these events, for them again and so on."""
    until = queries.find_first_until(session)
    if until is None:
        return []
    found = {}
    if until <= now:
        late = queries.list_patient_no_more(session, now, AT_ONCE)
        found = {row.position: row.event_id for row in late}
    leaders = [*ids, *found.values()]
    for _ in range(DEPTH):
        behind = queries.list_behind(session, leaders) if leaders else ()
        new = {row.position: row.event_id for row in behind if row.position not in found}
        found |= new
        leaders = list(new.values())
    return list(found)


def _list_known(
    session: Session, bookmark: Bookmark, places: Collection[Place]
) -> Collection[UUID]:
    """Return which leaders of events, not among them, were evaluated before."""
    here = {place.id for place in places}
    leaders = {place.follows for place in places if place.follows is not None} - here
    if not leaders:
        return ()
    rows = unread.list_positions(session, leaders)
    read = {row.id for row in rows if bookmark.has_read(row.position)}
    return read - queries.list_waiting(session, read) if read else read


def _place(row: Row[Any]) -> Place:
    return Place(
        row.position,
        row.id,
        row.workspace_id,
        row.occurred,
        row.received,
        row.event,
        row.follows,
    )
