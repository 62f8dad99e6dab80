"""Connects to no address but those that were checked, with the certificates that are asked for."""

import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import Any

from requests import Request
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import BaseHTTPResponse, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from headwater.errors import DeliveryError
from headwater.notifications.http.addresses import is_forbidden
from headwater.notifications.http.deadline import Deadline
from headwater.notifications.http.outgoing import Outgoing, Tls

TO_CONNECT = 5.0  # seconds, for each address
_ONCE = Retry(False)
_TIMEOUT = Timeout(connect=TO_CONNECT, read=None)  # the deadline ends it


def check_behind_proxy(host: str, allow_private: bool) -> None:
    """Raise DeliveryError for a *host* that is known to be forbidden.

    A proxy looks names up by itself, so that what it finds is for it to judge.
    """
    try:
        _look_up(host, None, allow_private)
    except (OSError, UnicodeError):
        return


@dataclass(frozen=True)
class _Place:
    """Where the requests to a URL go, as requests understands those; all of it may be secret."""

    url: str = field(repr=False)
    pool: Any = field(repr=False)
    target: str = field(repr=False)
    login: Mapping[str, Any] = field(repr=False)  # the header for what the URL has before its host


class GuardedLine(HTTPAdapter):
    """Sends one request at a time, over a connection that it keeps as long as the service does.

    It connects to the very address that was checked, so that no second look-up can differ. Of
    requests it has what that makes of URLs, proxies and certificates, once for many requests. What
    sessions add, such as cookies, proxies and logins of the environment, and redirects, is not
    wanted. Raises DeliveryError where *tls* has no certificates.
    """

    def __init__(self, allow_private: bool, tls: Tls) -> None:
        self._allow_private, self._tls = allow_private, tls
        self._options = _options(tls)
        self.since = monotonic()
        self._connection: HTTPConnection | None = None
        self._handle: socket.socket | None = None  # a duplicate, for deadlines
        self._place: _Place | None = None  # the last one: most channels have no other
        connect_ = self._connect

        class Http(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return connect_(self)

        class Https(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return connect_(self)

        http = type("HttpPool", (HTTPConnectionPool,), {"ConnectionCls": Http})
        https = type("HttpsPool", (HTTPSConnectionPool,), {"ConnectionCls": Https})
        self._pools: dict[str, Any] = {"http": http, "https": https}
        super().__init__(pool_connections=1, pool_maxsize=1)

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, with nothing said by the service that was not asked."""
        return self._connection is not None and self._connection.is_connected

    def begin(self, deadline: Deadline) -> None:
        """Let *deadline* end what is sent next."""
        self._deadline = deadline
        if self._handle is not None:
            deadline.watch(self._handle)

    def ask(self, outgoing: Outgoing, headers: Mapping[str, str]) -> BaseHTTPResponse:
        """Send a request; return the answer, of which the head was read."""
        place = self._place
        if place is None or place.url != outgoing.url:
            place = self._place = self._find(outgoing)
        sent = CaseInsensitiveDict[Any]({**headers, **place.login})
        method, content = outgoing.method.upper(), outgoing.content or None
        if content is not None:
            sent["Content-Length"] = str(len(content))
        elif method not in ("GET", "HEAD"):
            sent.setdefault("Content-Length", "0")
        answer: BaseHTTPResponse = place.pool.urlopen(
            method,
            place.target,
            content,
            sent,
            _ONCE,
            redirect=False,
            assert_same_host=False,
            timeout=_TIMEOUT,
            preload_content=False,
            decode_content=False,
        )
        return answer

    def close(self) -> None:
        super().close()
        if self._connection is not None:
            self._connection.close()
        self._let_go()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **{**kwargs, **self._options})
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs, **self._options)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # its stubs
        if self._tls.authorities:  # else these would be trusted beside the public ones
            conn.ca_certs = None

    def _find(self, outgoing: Outgoing) -> _Place:
        """Raise ValueError for what is no URL."""
        prepared = Request("GET", outgoing.url).prepare()
        through = outgoing.proxy
        proxies = {"http": through, "https": through} if through else {}
        pool = self.get_connection_with_tls_context(prepared, True, proxies)
        self.cert_verify(pool, prepared.url, True, None)
        target = self.request_url(prepared, proxies)
        return _Place(outgoing.url, pool, target, prepared.headers)

    def _connect(self, connection: HTTPConnection) -> socket.socket:
        self._let_go()
        host, port = connection._dns_host, connection.port
        made = connect(host, port, self._allow_private, self._deadline)
        try:
            self._handle = made.dup()
        except OSError:
            made.close()
            raise
        self._deadline.watch(self._handle)
        self._connection, self.since = connection, monotonic()
        return made

    def _let_go(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()


def _options(tls: Tls) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if tls.authorities or tls.certificate:
        options["ssl_context"] = make_context(tls)
    if tls.server_name:
        options["server_hostname"] = tls.server_name
    return options


def make_context(tls: Tls) -> ssl.SSLContext:
    """Return what makes a connection safe; it trusts nobody where *tls* names no authorities."""
    context = create_urllib3_context()
    try:
        if tls.authorities:
            context.load_verify_locations(cadata=tls.authorities)
        if tls.certificate:
            # OpenSSL takes these from files alone. This one is ours only, and gone at once.
            with NamedTemporaryFile("w", suffix=".pem") as file:
                file.write(f"{tls.certificate}\n{tls.key.get_secret_value()}\n")
                file.flush()
                context.load_cert_chain(file.name, password="")  # or it asks at the terminal
    except (ssl.SSLError, TypeError, ValueError):
        text = "the certificates or the key for TLS are no PEM texts that belong together"
        raise DeliveryError(text, permanent=True) from None
    return context


def connect(host: str, port: int | None, allow_private: bool, deadline: Deadline) -> socket.socket:
    """Look *host* up once, refuse it for any forbidden address, connect to the first that answers.

    The name stays what TLS and the Host header are given.
    """
    try:
        found = _look_up(host, port, allow_private)
    except (OSError, UnicodeError):
        raise DeliveryError("cannot reach the service: its name has no address") from None
    reason = "no address"
    for family, kind, protocol, _, target in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(min(TO_CONNECT, deadline.left()))
            connection.connect(target)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            reason = os.strerror(error.errno) if error.errno else "it does not answer"
        else:
            connection.settimeout(deadline.left())
            return connection
    raise DeliveryError(f"cannot reach the service: {reason}")


def _look_up(host: str, port: int | None, allow_private: bool) -> list[Any]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, target in found:
        if is_forbidden(str(target[0]), allow_private):
            raise DeliveryError(f"the address {target[0]} is not allowed", permanent=True)
    return list(found)
