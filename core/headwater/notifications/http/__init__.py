"""The HTTP client that channels send with: guarded against what a user's URL could make it do."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from headwater.errors import DeliveryError
from headwater.notifications.http.alarms import Alarms
from headwater.notifications.http.answers import Answer
from headwater.notifications.http.lines import Lines
from headwater.notifications.http.outgoing import Connection, Outgoing, Tls

LONGEST = 15.0  # seconds for the whole exchange, however slowly the answer drips
_USUAL = Tls()


class HttpClient:
    """Sends without redirects, proxies of the environment or secrets in errors.

    *last* is the latest answer, for the record of the attempt.
    """

    def __init__(self, *, allow_private: bool, longest: float = LONGEST) -> None:
        self._allow_private = allow_private
        self._longest = longest
        self.last: Answer | None = None

    def post(
        self, url: SecretStr, body: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post *body* as JSON; see `request`."""
        kind = {"Content-Type": "application/json"}
        content = json.dumps(body, allow_nan=False).encode()
        return self.request("POST", url, content, {**kind, **(headers or {})})

    def post_form(
        self, url: SecretStr, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post *fields* as a web form does; see `request`."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(fields, errors="replace").encode()
        return self.request("POST", url, content, {**kind, **(headers or {})})

    def request(
        self,
        method: str,
        url: SecretStr,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        longest: float | None = None,
        tls: Tls = _USUAL,
        proxy: SecretStr | None = None,
    ) -> Answer:
        """Send *content* as it is, within *longest* seconds.

        Raise DeliveryError for a redirect, or when no answer was seen. Behind a *proxy* the address
        guard knows no more than what the name means here.
        """
        # Late, since it imports requests, which the web processes do without.
        from headwater.notifications.http.exchange import exchange

        self.last = None
        through = proxy.get_secret_value() if proxy else ""
        outgoing = Outgoing(method, url.get_secret_value(), content, headers or {}, tls, through)
        with self._lines() as lines:
            self.last = exchange(outgoing, self._allow_private, longest or self._longest, lines)
        if 300 <= self.last.status < 400:
            raise DeliveryError(
                f"the service answered {self.last.status}, a redirect; none is followed",
                permanent=True,
            )
        return self.last

    @contextmanager
    def connect(
        self, host: str, port: int, *, longest: float | None = None, tls: Tls = _USUAL
    ) -> Iterator[Connection]:
        """Yield a connection for another protocol than HTTP; it ends after *longest* seconds.

        The address guard is the same. An OSError within is raised as the DeliveryError that it is.
        """
        from headwater.notifications.http.connecting import connecting  # late, as above

        self.last = None
        with connecting(host, port, self._allow_private, tls, longest or self._longest) as made:
            yield made

    @contextmanager
    def _lines(self) -> Iterator[Lines[Any]]:
        """Yield what a connection is taken from: one that ends with its request."""
        alarms = Alarms()
        lines: Lines[Any] = Lines(alarms)
        try:
            yield lines
        finally:
            lines.close()
            alarms.close()


class LineKeeper(HttpClient):
    """Takes connections from *lines*, and leaves them there for the next request."""

    def __init__(self, lines: Lines[Any], *, allow_private: bool) -> None:
        super().__init__(allow_private=allow_private)
        self._kept = lines

    @contextmanager
    def _lines(self) -> Iterator[Lines[Any]]:
        yield self._kept
