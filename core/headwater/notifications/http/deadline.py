"""Ends an exchange that takes too long."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic

from headwater.errors import DeliveryError


class Deadline:
    """Ends an exchange that takes too long by shutting its connection down."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._end = monotonic() + longest
        self._connections: list[socket.socket] = []
        self.passed = False

    @contextmanager
    def running(self) -> Iterator[None]:
        timer = Timer(self._end - monotonic(), self._stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            for connection in self._connections:
                connection.close()

    def watch(self, connection: socket.socket) -> None:
        # A duplicate, since TLS takes the connection's own descriptor away.
        self._connections.append(connection.dup())
        if self.passed:
            self._stop()

    def error(self) -> DeliveryError:
        return DeliveryError(f"no whole answer within {self._longest:g} seconds")

    def left(self) -> float:
        return max(0.001, self._end - monotonic())

    def _stop(self) -> None:
        self.passed = True
        for connection in self._connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the other side was faster
                continue
