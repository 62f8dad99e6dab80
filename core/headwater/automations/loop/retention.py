"""Removes firings that are older than they are to be kept."""

from datetime import datetime, timedelta

from headwater.automations.queries import history as queries
from headwater.db.session import reading, write
from headwater.loops.loop import Loop
from headwater.settings import Settings

AT_ONCE = 500  # in one transaction, for which all other writers wait
EVERY = timedelta(minutes=10)
SOON = timedelta(milliseconds=200)  # others write between two batches


def make_loop(settings: Settings) -> Loop:
    kept = timedelta(days=settings.server_retention_firings_days)
    return Loop("retention of firings", (), lambda now: tick(now, kept))


def tick(now: datetime, kept: timedelta) -> datetime:
    """Remove one batch; return soon when there may be more."""
    with reading() as session:
        old = queries.list_old_firings(session, now - kept, AT_ONCE)
    if old:
        write(lambda session: queries.remove_firings(session, old))
    return now + (SOON if len(old) == AT_ONCE else EVERY)
