"""Removes events that are older than they are to be kept, and what indexed them; heartbeats have a
time of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from headwater.db.session import reading, write
from headwater.events.queries import blocks
from headwater.events.queries import retention as queries
from headwater.loops.loop import Loop
from headwater.settings import Settings

AT_ONCE = 500  # in one transaction, for which all other writers wait
BLOCKS = 1  # likewise: as many rows as it has resources
EVERY = timedelta(minutes=10)
SOON = timedelta(milliseconds=200)  # others write between two batches


def make_loop(settings: Settings) -> Loop:
    events = settings.server_events_retention_period
    heartbeats = min(events, settings.server_events_heartbeat_retention_period)
    return Loop("retention of events", (), lambda now: tick(now, events, heartbeats))


def tick(now: datetime, events: timedelta, heartbeats: timedelta) -> datetime:
    """Remove one batch of each kind; return soon when there may be more."""
    with reading() as session:
        old = queries.list_old_events(session, now - events, AT_ONCE)
        beats: Sequence[int] = ()
        if heartbeats < events:
            beats = queries.list_old_heartbeats(session, now - heartbeats, AT_ONCE)
        empty = blocks.list_empty(session, now - heartbeats, BLOCKS)
    for positions in filter(None, (old, beats)):
        _remove(positions)
    if empty:
        write(lambda session: blocks.forget(session, empty))
    more = AT_ONCE in (len(old), len(beats)) or bool(empty)
    return now + (SOON if more else EVERY)


def _remove(positions: Sequence[int]) -> None:
    write(lambda session: queries.delete_events(session, positions))
