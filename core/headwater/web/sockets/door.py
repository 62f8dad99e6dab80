"""Who may open a socket: decided by its upgrade request, then by the first frame.

Facts from the clients (`prefect` 3.9 and 2.20, `events/clients.py`): whoever offers the subprotocol
sends the secret in an auth frame. 2.20's `/events/in` offers none and says nothing of itself.
"""

import json
from collections.abc import Mapping, Sequence

from headwater.web.credentials import Secret
from headwater.web.origins import Origins
from headwater.web.proxies import forwarded

EXPECTED_AUTH = "Expected 'auth' message"
NO_TOKEN = "Auth required but no token provided"  # noqa: S105  # the clients' words
INVALID_TOKEN = "Invalid token"  # noqa: S105  # the clients' words

Headers = Sequence[tuple[bytes, bytes]]


class Door:
    """Without a *secret* any token will do. Pages of *origins* may come, no others."""

    def __init__(
        self,
        secret: Secret | None = None,
        origins: Origins | None = None,
        proxies: Mapping[str, int] | None = None,
    ) -> None:
        self._secret = secret
        self._origins = origins or Origins()
        self._proxies = proxies or {}

    def admits(self, headers: Headers, *, shakes_hands: bool) -> bool:
        """Look at an upgrade request, header names in lower case.

        Who *shakes_hands* gives the secret later, in a frame; others only have a header for it.
        """
        given = {name: value.decode("latin-1") for name, value in headers}
        if not self._origins.admits(given.get(b"origin"), self._host(given)):
            return False
        if self._secret is None or shakes_hands:
            return True
        return self._secret.is_in(given.get(b"authorization", ""))

    def find_fault(self, text: str) -> str | None:
        """Return why the first frame is no key to this door, None if it is."""
        frame = _parse(text)
        if frame is None or frame.get("type") != "auth":
            return EXPECTED_AUTH
        if self._secret is None:
            return None
        token = frame.get("token")
        if token is None or token == "":
            return NO_TOKEN
        if isinstance(token, str) and self._secret.matches(token.encode(errors="replace")):
            return None
        return INVALID_TOKEN

    def _host(self, given: Mapping[bytes, str]) -> str:
        told = forwarded(given.get(b"x-forwarded-host", ""), self._proxies.get("host", 0))
        return told or given.get(b"host", "")


OPEN_DOOR = Door()


def _parse(text: str) -> Mapping[str, object] | None:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None
