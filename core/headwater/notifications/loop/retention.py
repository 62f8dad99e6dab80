"""Removes what was told from the ledger, and before it what services answered, when it is old."""

from datetime import datetime, timedelta

from headwater.db.session import reading, write
from headwater.loops.loop import Loop
from headwater.notifications.queries import retention as queries
from headwater.settings import Settings

AT_ONCE = 500  # in one transaction, for which all other writers wait
EVERY = timedelta(minutes=10)
SOON = timedelta(milliseconds=200)  # others write between two batches


def make_loop(settings: Settings) -> Loop:
    rows = timedelta(days=settings.server_retention_notifications_days)
    answers = timedelta(days=settings.server_retention_answers_days)
    return Loop("retention of notifications", (), lambda now: tick(now, rows, answers))


def tick(now: datetime, rows: timedelta, answers: timedelta) -> datetime:
    """Remove one batch of each kind; return soon when there may be more."""
    more = forget_answers(now - answers)
    more = remove_deliveries(now - rows) or more
    return now + (SOON if more else EVERY)


def forget_answers(before: datetime) -> bool:
    """Empty what services answered before then; return whether there may be more."""
    with reading() as session:
        old = queries.list_old_answers(session, before, AT_ONCE)
    if old:
        write(lambda session: queries.forget_answers(session, old, before))
    return len(old) == AT_ONCE


def remove_deliveries(before: datetime) -> bool:
    """Remove deliveries written before then that are over; return whether there may be more."""
    with reading() as session:
        old = queries.list_old_deliveries(session, before, AT_ONCE)
    if old:
        write(lambda session: queries.remove_deliveries(session, old))
    return len(old) == AT_ONCE
