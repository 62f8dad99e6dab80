"""Tells what waited for others, or for the end of quiet hours, when that is due."""

from datetime import datetime
from functools import partial

from headwater.db.session import reading, write
from headwater.loops.loop import Loop
from headwater.notifications.outbox import GROUPS
from headwater.notifications.queries import groups as queries
from headwater.notifications.service import groups

AT_ONCE = 50  # in one tick, each in a transaction of its own


def make_loop() -> Loop:
    return Loop("news-groups", (GROUPS,), tick)


def tick(now: datetime) -> datetime | None:
    """Look at the groups whose time has come; return when the next one's does."""
    with reading() as session:
        due = queries.list_due(session, now, AT_ONCE)
    for group_id in due:
        write(partial(groups.look, group_id=group_id, now=now))
    if len(due) == AT_ONCE:
        return now
    with reading() as session:
        return queries.find_next_due(session, now)
