"""What comes into the event log, for all who follow it in one web process."""

import time
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Row

from headwater.db.session import reading
from headwater.events.log import TOPIC
from headwater.events.queries.reading import CHUNK, list_after, list_last_positions
from headwater.events.rules.matching import Told
from headwater.events.service.reading import tell
from headwater.web.context import current_workspace
from headwater.web.sockets.following import Follower, Follows, Look, Positions, TellEach

FOLLOWER = "headwater-event-follower"  # where the app keeps it
News = Sequence[tuple[Told, Row[Any]]]


class FollowsEvents(Follows, Protocol):
    def offer(self, news: News) -> None:
        """Take what has come into the log, wanted or not."""


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
        news = [(tell(row), row) for row in rows]  # once for all who follow
        if news:
            tell_each(lambda subscription: subscription.offer(news))
        return len(rows) == CHUNK

    return look
