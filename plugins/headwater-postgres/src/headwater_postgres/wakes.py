"""Wakes other threads and processes by LISTEN and NOTIFY."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from threading import Lock, Timer, local
from typing import TYPE_CHECKING

from headwater.api import UnavailableError

if TYPE_CHECKING:
    import psycopg

# Seconds that a first topic waits for others, and between two NOTIFYs: while one commits, others
# must wait, and each wakes all who listen.
GATHER, APART = 0.02, 0.1
logger = logging.getLogger(__name__)


class Signals:
    """Gathers topics for a moment and sends them as one, in a thread of its own."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._topics: set[str] = set()
        self._timer: Timer | None = None
        self._sent = 0.0

    def add(self, topic: str, send: Callable[[Sequence[str]], None]) -> None:
        with self._mutex:
            if not self._topics:
                delay = max(GATHER, self._sent + APART - time.monotonic())
                self._timer = Timer(delay, self._flush, [send])
                self._timer.start()
            self._topics.add(topic)

    def close(self) -> None:
        """Wait until all is sent."""
        with self._mutex:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.join()

    def _flush(self, send: Callable[[Sequence[str]], None]) -> None:
        with self._mutex:
            topics, self._topics = self._topics, set()
            self._sent = time.monotonic()
        try:
            send(sorted(topics))
        except UnavailableError as error:
            logger.warning("nobody could be woken: %s", error)


class Listeners:
    """A connection for each thread that waits: between two calls it collects what comes."""

    def __init__(self, connect: "Callable[[], psycopg.Connection]") -> None:
        self._connect = connect
        self._own = local()
        self._open: list[psycopg.Connection] = []

    def wait(self, topics: Collection[str], timeout: float) -> Collection[str]:
        import psycopg

        listener: psycopg.Connection | None = getattr(self._own, "listener", None)
        try:
            if listener is None or listener.closed:
                self._own.listener = self._listen(topics)
                return topics
            heard = {one.channel for one in listener.notifies(timeout=timeout, stop_after=1)}
            # What came along with it.
            return heard | {one.channel for one in listener.notifies(timeout=0)}
        except psycopg.Error:
            time.sleep(timeout)  # the database is away: the next call connects anew
            return topics

    def close(self) -> None:
        while self._open:
            self._open.pop().close()

    def _listen(self, topics: Collection[str]) -> "psycopg.Connection":
        from psycopg import sql

        self._open = [listener for listener in self._open if not listener.closed]
        connection = self._connect()
        self._open.append(connection)
        for topic in topics:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(topic)))
        return connection
