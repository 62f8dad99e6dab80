"""Tells other channels, where there are some, what would wait too long for those that rest."""

from datetime import datetime
from functools import partial

from headwater.db.session import reading, write
from headwater.loops.loop import Loop
from headwater.notifications.outbox import TOPIC
from headwater.notifications.queries import resting as queries
from headwater.notifications.service import resting

REST = 5.0  # seconds: it looks again only after news, of which there may be many
AT_ONCE = 50  # in one tick, each in a transaction of its own


def make_loop() -> Loop:
    return Loop("fallbacks", (TOPIC,), tick, rest=REST)


def tick(now: datetime) -> datetime | None:
    """Look for what waits too long. That grows with what is announced and tried, not with time."""
    with reading() as session:
        stuck = queries.list_stuck(session, now, AT_ONCE)
    for row in stuck:
        write(partial(resting.fall_back, row=row, now=now))
    return now if len(stuck) == AT_ONCE else None
