"""One guarded exchange over HTTP: addresses are checked, its time and its size are bounded."""

import logging
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from threading import Timer
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from headwater import clock
from headwater.errors import DeliveryError
from headwater.notifications.http.addresses import is_forbidden
from headwater.notifications.http.answers import Answer, parse_retry_after

# Below that it logs whole URLs, which often are the credential.
logging.getLogger("urllib3").setLevel(logging.ERROR)

TO_CONNECT = 5.0  # seconds, for each address
LARGEST_ANSWER = 64 * 1024  # bytes
_HEADERS = {
    "User-Agent": f"Headwater/{version('headwater')}",
    "Accept-Encoding": "identity",  # else a small answer could become a large one
}


def exchange(
    url: str, body: object, headers: Mapping[str, str], allow_private: bool, longest: float
) -> Answer:
    """Post *body* as JSON and return the answer; raise DeliveryError when no whole one was seen."""
    deadline = _Deadline(longest)
    try:
        with _session(allow_private, deadline) as session, deadline.running():
            answer = _post(session, url, body, headers)
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
        # Neither str(error) nor the cause: they have the URL, which often is the credential.
        raise _explain(error, deadline) from None
    if deadline.passed:  # a body without a length seems to end where it was cut off
        raise deadline.error()
    return answer


def _explain(error: Exception, deadline: "_Deadline") -> DeliveryError:
    if deadline.passed:
        return deadline.error()
    if isinstance(error, ValueError):  # which requests' errors about the URL itself are
        return DeliveryError("the address is no http or https URL", permanent=True)
    return DeliveryError(f"cannot reach the service: {type(error).__name__}")


def _post(session: requests.Session, url: str, body: object, headers: Mapping[str, str]) -> Answer:
    with session.post(
        url,
        json=body,
        headers={**_HEADERS, **headers},
        timeout=(TO_CONNECT, None),  # the deadline ends it
        allow_redirects=False,
        stream=True,
    ) as response:
        start = response.raw.read(LARGEST_ANSWER, decode_content=False)
        return Answer(
            response.status_code,
            start.decode("utf-8", "replace"),
            parse_retry_after(response.headers.get("Retry-After", ""), clock.now()),
        )


class _Deadline:
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


@contextmanager
def _session(allow_private: bool, deadline: _Deadline) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False  # a proxy would connect for us, past the guard
        for scheme in ("http://", "https://"):
            session.mount(scheme, _GuardedAdapter(allow_private, deadline))
        yield session


class _GuardedAdapter(HTTPAdapter):
    """Connects to the very address that was checked, so that no second look-up can differ."""

    def __init__(self, allow_private: bool, deadline: _Deadline) -> None:
        self._allow_private = allow_private
        self._deadline = deadline
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        allow_private, deadline = self._allow_private, self._deadline

        class Http(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self._dns_host, self.port, allow_private, deadline)

        class Https(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self._dns_host, self.port, allow_private, deadline)

        http = type("HttpPool", (HTTPConnectionPool,), {"ConnectionCls": Http})
        https = type("HttpsPool", (HTTPSConnectionPool,), {"ConnectionCls": Https})
        self.poolmanager.pool_classes_by_scheme = {"http": http, "https": https}


def _connect(
    host: str, port: int | None, allow_private: bool, deadline: _Deadline
) -> socket.socket:
    """Look *host* up once, refuse it for any forbidden address, connect to the first that answers.

    The name stays what TLS and the Host header are given.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DeliveryError("cannot reach the service: its name has no address") from None
    for *_, target in found:
        if is_forbidden(str(target[0]), allow_private):
            raise DeliveryError(f"the address {target[0]} is not allowed", permanent=True)
    reason = "no address"
    for family, kind, protocol, _, target in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(min(TO_CONNECT, deadline.left()))
            connection.connect(target)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            deadline.watch(connection)
        except OSError as error:
            connection.close()
            reason = os.strerror(error.errno) if error.errno else "it does not answer"
        else:
            connection.settimeout(deadline.left())
            return connection
    raise DeliveryError(f"cannot reach the service: {reason}")
