"""Where sockets are: each path with the right that it needs and what takes its messages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import unquote

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from headwater.web.context import SETTINGS
from headwater.web.rights import needs
from headwater.web.sockets.door import OPEN_DOOR, Door
from headwater.web.wire import answer

SOCKETS, DOOR = "headwater-sockets", "headwater-door"
COUNT = "headwater-socket-count"  # what is told of each that opens and closes
_ENDPOINT = "socket:"

# Takes messages in the order they came, one batch at a time, and returns when they are safe: a
# ping is answered after that. One that raises closes the socket; nothing was acknowledged.
Receive = Callable[[Sequence[str]], None]


@dataclass(frozen=True)
class SocketRoute:
    """*open* is called on the hub's thread for each new peer, so it waits for nothing.

    It is given the peer, and by name what the path names in angle brackets. *refusal* is the
    reason that callers without the secret are given, where the path's clients know one of their
    own. Where whoever comes *shakes_hands*, it must offer the subprotocol.
    """

    path: str
    right: str
    open: Callable[..., Receive]
    refusal: str | None = None
    shakes_hands: bool = False


def init_app(
    app: Flask,
    routes: Iterable[SocketRoute],
    door: Door = OPEN_DOOR,
    count: Callable[[int], None] | None = None,
) -> None:
    """Let the workers know where sockets are, and answer who comes there by plain HTTP."""
    app.extensions[DOOR] = door
    app.extensions[COUNT] = count
    # The workers see whole paths, Flask what is left of them after the base path.
    base = app.extensions[SETTINGS].server_api_base_path
    by_path = {base + route.path: route for route in routes}
    app.extensions[SOCKETS] = by_path
    for route in by_path.values():
        view = needs(route.right)(partial(answer_without_upgrade))  # each has a right of its own
        app.add_url_rule(route.path, _ENDPOINT + route.path, view, methods=["GET"])


def find_route(app: Flask, path: str) -> SocketRoute | None:
    """Return the socket at a request's path, as it came; its *open* knows what the path names."""
    base = app.extensions[SETTINGS].server_api_base_path
    if not path.startswith(base):
        return None
    try:
        rest = unquote(path[len(base) :], errors="strict")
        endpoint, values = app.url_map.bind("").match(rest, "GET")
    except (HTTPException, UnicodeDecodeError):
        return None
    routes: dict[str, SocketRoute] = app.extensions[SOCKETS]
    route = routes.get(base + endpoint.removeprefix(_ENDPOINT))
    return route and replace(route, path=path, open=partial(route.open, **values))


def answer_without_upgrade() -> Response:
    response = answer({"detail": "This address is a WebSocket."}, 426)
    response.headers["Upgrade"] = "websocket"
    response.headers["Connection"] = "Upgrade"
    return response
