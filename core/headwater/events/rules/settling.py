"""From when on no event comes any more at a position that was missing, as on PostgreSQL one may be
committed after a higher one."""

from datetime import datetime, timedelta

PATIENCE = timedelta(seconds=30)  # how long at least a position may be missing
# By how much a look at the log may be later than the time that it is said to be of: who began to
# write in between may have a position that was missing then.
LOOK = timedelta(seconds=5)


def settled_before(oldest: timedelta, *, now: datetime) -> datetime:
    """Return when the log was looked at last by a time from which nobody writes any more: what was
    missing then and is now will not come. *oldest* is for how long the oldest writer has written.
    """
    return now - max(oldest + LOOK, PATIENCE)
