"""Indexes the event log by resource, where no event comes any more between those that are there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.db.session import reading, write
from headwater.events.queries.unread import find_last_position, find_oldest_writer
from headwater.events.rules.settling import settled_before
from headwater.events.service import indexing
from headwater.loops.loop import Loop

EVERY = timedelta(seconds=30)
SOON = timedelta(milliseconds=50)  # others write between two blocks


@dataclass(frozen=True)
class Mark:
    """How far the log went at some time."""

    moment: datetime
    position: int


def make_loop() -> Loop:
    return Loop("index of events", (), Indexer().tick)


class Indexer:
    def __init__(self) -> None:
        self._mark: Mark | None = None
        self._settled = 0  # up to there all that will ever come has come

    def tick(self, now: datetime) -> datetime:
        """Index one block; return soon when there may be more."""
        with reading() as session:
            self._settle(now, find_last_position(session), find_oldest_writer(session))
            block = indexing.read_next(session, self._settled)
        if block is None:
            return now + EVERY
        write(lambda session: indexing.keep(session, block))
        return now + SOON

    def _settle(self, now: datetime, last: int, oldest: timedelta) -> None:
        if self._mark and self._mark.moment <= settled_before(oldest, now=now):
            self._settled, self._mark = self._mark.position, None
        if self._mark is None:
            self._mark = Mark(now, last)
