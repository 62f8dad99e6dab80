"""What comes into the event log, for all who follow it in one web process."""

import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import Row

from headwater.db.session import reading
from headwater.events.log import TOPIC
from headwater.events.queries.reading import CHUNK, list_after, list_last_positions
from headwater.events.service.reading import show, tell
from headwater.web.context import current_workspace
from headwater.web.sockets.following import Follower, Follows, Look, Positions, TellEach
from headwater.web.sockets.saying import Saying
from headwater.web.wire import dump

FOLLOWER = "headwater-event-follower"  # where the app keeps it


class New:
    """An event that came into the log, read and written once for all who follow."""

    def __init__(self, row: Row[Any]) -> None:
        self.told = tell(row)
        self._row = row

    @cached_property
    def saying(self) -> Saying:
        return Saying(write_frame(self._row))


class FollowsEvents(Follows, Protocol):
    def offer(self, news: Sequence[New], whole_at: float | None) -> None:
        """Take what has come into the log, wanted or not.

        With these, all has been offered that was there at *whole_at* (by time.monotonic), if that
        can be said.
        """


def write_frame(row: Row[Any]) -> str:
    return dump({"type": "event", "event": show(row)}).decode()


def make_follower() -> Follower[FollowsEvents]:
    return Follower(TOPIC, _begin)


def _begin() -> Look[FollowsEvents]:
    with reading() as session:
        positions = Positions(list_last_positions(session), time.monotonic())

    def look(tell_each: TellEach[FollowsEvents]) -> bool:
        now = time.monotonic()
        with reading() as session:
            holes = positions.holes(now)
            rows = list_after(session, current_workspace(), positions.cursor, holes)
        positions.see([row.position for row in rows], now)
        news = [New(row) for row in rows]
        there_is_more = len(rows) == CHUNK
        whole_at = None if there_is_more else now
        if news:
            tell_each(lambda subscription: subscription.offer(news, whole_at))
        return there_is_more

    return look
