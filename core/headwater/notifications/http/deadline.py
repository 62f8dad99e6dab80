"""Ends an exchange that takes too long."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic

from headwater.errors import DeliveryError
from headwater.notifications.http.alarms import Alarms


class Deadline:
    """Ends an exchange that takes too long by shutting its connections down."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._end = monotonic() + longest
        self._connections: list[socket.socket] = []
        self._mutex = Lock()
        self._is_over = False
        self.passed = False

    @contextmanager
    def running(self, alarms: Alarms) -> Iterator[None]:
        alarm = alarms.set(self._end, self._stop)
        try:
            yield
        finally:
            alarms.cancel(alarm)
            with self._mutex:  # what is being shut down may be closed, or used again, only then
                self._is_over = True

    def watch(self, connection: socket.socket) -> None:
        """Shut *connection* down when the time is over; until then nothing else closes it.

        Not one that TLS is to be made of, since that takes its descriptor away, but a duplicate.
        """
        with self._mutex:
            self._connections.append(connection)
            if self.passed:
                _shut_down(connection)

    def error(self) -> DeliveryError:
        return DeliveryError(f"no whole answer within {self._longest:g} seconds")

    def left(self) -> float:
        return max(0.001, self._end - monotonic())

    def _stop(self) -> None:
        with self._mutex:
            if self._is_over:
                return
            self.passed = True
            for connection in self._connections:
                _shut_down(connection)


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
