"""Keeps connections for a moment, for the next request that goes the same way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Generic, Protocol, TypeVar

from headwater.notifications.http.alarms import Alarm, Alarms
from headwater.notifications.http.outgoing import Tls

IDLE = 1.5  # seconds that a connection waits for a request; many services wait for two
OLDEST = 60.0  # seconds after which a name is looked up, and its addresses are checked, anew


class Line(Protocol):
    """What sends over one connection, *since* when by the monotonic clock."""

    @property
    def is_open(self) -> bool: ...
    @property
    def since(self) -> float: ...
    def close(self) -> None: ...


Kept = TypeVar("Kept", bound=Line)


@dataclass(frozen=True)
class Way:
    """What two requests must have in common to go over one connection. It may hold secrets."""

    scheme: str
    place: str = field(repr=False)
    tls: Tls = field(repr=False)
    proxy: str = field(repr=False)


class Lines(Generic[Kept]):
    """The connections of one channel, which no other channel uses; any number of threads do.

    Each goes to an address that was checked when it was made. One is used again only while nothing
    was heard of its end: those that wait are closed before most services would close them. One that
    its service closes at the very moment in which a request goes out is broken as any other may be:
    whether the service took the request is not known, so it is not sent a second time here.
    """

    def __init__(self, alarms: Alarms) -> None:
        self.alarms = alarms
        self._mutex = Lock()
        self._waiting: dict[Way, list[tuple[float, Kept]]] = {}
        self._sweep: Alarm | None = None
        self._closed = False

    @contextmanager
    def using(self, way: Way, make: Callable[[], Kept]) -> Iterator[Kept]:
        """Yield a line that nobody else uses meanwhile; it is closed if anything is raised."""
        line = self._take(way) or make()
        try:
            yield line
        except BaseException:
            line.close()
            raise
        self._put_back(way, line)

    def close(self) -> None:
        """Close what waits, and from now on each line that comes back."""
        with self._mutex:
            self._closed = True
            waiting, self._waiting = self._waiting, {}
            if self._sweep is not None:
                self.alarms.cancel(self._sweep)
        for lines in waiting.values():
            for _, line in lines:
                line.close()

    def _take(self, way: Way) -> Kept | None:
        while True:
            with self._mutex:
                lines = self._waiting.get(way)
                if not lines:
                    return None
                since, line = lines.pop()
            if monotonic() - since < IDLE and line.is_open:
                return line
            line.close()

    def _put_back(self, way: Way, line: Kept) -> None:
        now = monotonic()
        with self._mutex:
            keeps = not self._closed and now - line.since < OLDEST and line.is_open
            if keeps:
                self._waiting.setdefault(way, []).append((now, line))
                if self._sweep is None:
                    self._sweep = self.alarms.set(now + IDLE, self._close_idle)
        if not keeps:
            line.close()

    def _close_idle(self) -> None:
        now, idle = monotonic(), []
        with self._mutex:
            for way, lines in list(self._waiting.items()):
                idle += [line for since, line in lines if now - since >= IDLE]
                self._waiting[way] = [each for each in lines if now - each[0] < IDLE]
                if not self._waiting[way]:
                    del self._waiting[way]
            left = [since for lines in self._waiting.values() for since, _ in lines]
            self._sweep = self.alarms.set(min(left) + IDLE, self._close_idle) if left else None
        for line in idle:
            line.close()
