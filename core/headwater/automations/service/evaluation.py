"""Evaluates triggers: reads what is new in the event log and what is due, and keeps what follows.

All is read and decided before the unit of work, which so is short. It writes only where the log
was read by nobody else meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.queries import memory as queries
from headwater.automations.rules.armed import Match, Slot, State
from headwater.automations.rules.bookmarks import Bookmark, read_missing, write_missing
from headwater.automations.rules.composites import Gathered
from headwater.automations.rules.engine import Desk, Engine
from headwater.automations.rules.metrics import Gauge
from headwater.automations.rules.ordering import Order, Place
from headwater.automations.rules.windows import Watch
from headwater.automations.service.events import load_events, see_event
from headwater.automations.service.firings import events_of, fire
from headwater.automations.service.metering import Readings
from headwater.automations.service.waiting import Gathering, gather
from headwater.db.json import fragment, parse, text
from headwater.events.queries import unread
from headwater.events.rules.settling import settled_before
from headwater.shapes import LATE

BATCH = 500  # events, and things that are due, evaluated together
_STATE: TypeAdapter[State] = TypeAdapter(Watch | Gathered | Gauge, config=LATE)


@dataclass
class Round:
    """What was read and decided: where the reader stands then, and what is to be written.

    *more* says that the log goes on.
    """

    bookmark: Bookmark
    more: bool
    desk: Desk = field(default_factory=lambda: Desk({}))
    order: Order = field(default_factory=lambda: Order((), ()))
    waited: Collection[int] = ()
    forgotten: Collection[UUID] = ()
    events: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Say if there is anything to be written but how far the log was read."""
        return bool(
            self.desk.changed
            or self.desk.fired
            or self.order.waiting
            or self.waited
            or self.forgotten
        )


def read_bookmark(row: Row[Any]) -> Bookmark:
    return Bookmark(row.position, read_missing(parse(row.missing)))


def read_news(
    session: Session, bookmark: Bookmark, *, now: datetime
) -> tuple[Bookmark, Sequence[Row[Any]]]:
    """Return the next events of the log, and where one stands who has read them."""
    if bookmark.is_impatient(now=now):
        oldest = unread.find_oldest_writer(session)
        bookmark = bookmark.give_up(settled_before(oldest, now=now))
    rows = unread.list_unread(session, bookmark.position, bookmark.missing, BATCH)
    if not rows:
        last = unread.find_last_position(session)
        if last < bookmark.position:  # the log was emptied, and SQLite counts from there again
            return Bookmark(last), rows
    return bookmark.move([row.position for row in rows], now=now), rows


def evaluate(
    session: Session,
    engine: Engine,
    readings: Readings,
    bookmark: Bookmark,
    rows: Sequence[Row[Any]],
    *,
    anew: bool,
    now: datetime,
) -> Round:
    """Decide what follows from events of the log and from the time. *anew* says that the engine
    has other triggers than at the last time."""
    round_ = Round(bookmark, len(rows) >= BATCH)
    if anew:
        known = queries.list_known_triggers(session)
        round_.forgotten = [one for one in known if not engine.knows(one)]
    gathering = gather(session, engine, bookmark, rows, now=now)
    round_.order, round_.waited = gathering.order, gathering.waited
    matches = list(_match(engine, gathering))
    due = [] if round_.more else _list_due(session, engine, now)
    beginnings = engine.beginnings() if anew else []
    desk = round_.desk = Desk(_load(session, engine, matches, [*due, *beginnings]))
    for slot in beginnings:
        engine.begin(desk, slot, now=now)
    for match in matches:
        engine.see(desk, match, now=now)
    for slot in due:
        meter = engine.meters.get(slot[0])
        value = None if meter is None else readings.take(session, meter, now=now)
        engine.look(desk, slot, now=now, value=value)
    named = set(events_of(fired for _, fired in desk.fired))
    round_.events = load_events(session, named)
    return round_


def keep(session: Session, turn: int, round_: Round, engine: Engine, *, now: datetime) -> bool:
    """Write down what was decided; return whether it was, since it was our turn."""
    bookmark = round_.bookmark
    missing = write_missing(bookmark)
    if not queries.move_reader(session, turn, bookmark.position, missing):
        return False
    if round_.forgotten:
        queries.forget_triggers(session, round_.forgotten)
    _keep_states(session, round_.desk, engine)
    if round_.waited:
        queries.end_waiting(session, round_.waited)
    if round_.order.waiting:
        queries.add_waiting(session, [_wait(place) for place in round_.order.waiting])
    fire(session, round_.desk.fired, round_.events, now=now)
    return True


def _match(engine: Engine, gathering: Gathering) -> Iterable[Match]:
    for place in gathering.order.ready:
        if engine.wants(place.workspace, place.event):
            yield from engine.match(see_event(gathering.rows[place.position]))


def _list_due(session: Session, engine: Engine, now: datetime) -> list[Slot]:
    rows = queries.list_due(session, now, BATCH)
    return [(row.trigger_id, row.key) for row in rows if engine.knows(row.trigger_id)]


def _load(
    session: Session, engine: Engine, matches: Iterable[Match], slots: Iterable[Slot]
) -> dict[Slot, State]:
    wanted = {one for match in matches for one in match.leaf.slots(match.slot)}
    wanted |= {one for slot in slots for one in engine.slots_of(slot)}
    rows = queries.list_states(session, sorted(wanted))
    return {(row.trigger_id, row.key): _STATE.validate_json(text(row.state)) for row in rows}


def _keep_states(session: Session, desk: Desk, engine: Engine) -> None:
    kept = [(slot, state) for slot, state in desk.changed.items() if state is not None]
    gone = [slot for slot, state in desk.changed.items() if state is None]
    if kept:
        queries.put_states(session, [_row(slot, state, engine) for slot, state in kept])
    if gone:
        queries.forget_states(session, gone)


def _row(slot: Slot, state: State, engine: Engine) -> dict[str, Any]:
    owner = engine.owner_of(slot[0])
    return {
        "trigger_id": slot[0],
        "key": slot[1],
        "automation_id": owner.id,
        "workspace_id": owner.workspace,
        "state": fragment(state),
        "due": engine.due_of(slot, state),
    }


def _wait(place: Place) -> dict[str, Any]:
    return {
        "position": place.position,
        "event_id": place.id,
        "workspace_id": place.workspace,
        "leader": place.follows,
        "until": place.patience_ends,
    }
