"""A hub with real sockets and clients, but no server around it."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from headwater.web.sockets.hub import Hub, Times
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive, SocketRoute

PATH = "/api/test"
SOON = 10.0  # seconds, for what happens at once
UPGRADE = (
    b"GET /api/test HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
Open = Callable[[Peer], Receive]


class Entrance:
    """Lets clients in to a hub, as the worker does."""

    def __init__(self, hub: Hub, route: SocketRoute) -> None:
        self._hub, self._route = hub, route
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def let_in(self) -> None:
        sock, _ = self._listener.accept()
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += sock.recv(4096)
        pairs = [line.split(b": ", 1) for line in request.split(b"\r\n")[1:-2]]
        headers = [(name.lower(), value) for name, value in pairs]
        self._hub.adopt(sock, headers, PATH, self._route)

    @contextmanager
    def enter(self, *subprotocols: str, **options: Any) -> Iterator[ClientConnection]:
        thread = Thread(target=self.let_in)
        thread.start()
        url = f"ws://127.0.0.1:{self.port}{PATH}"
        options |= {"subprotocols": subprotocols or None, "ping_interval": None}
        with connect(url, **options) as client:
            thread.join()
            yield client

    @contextmanager
    def enter_silently(self) -> Iterator[socket.socket]:
        """Upgrade by hand: this peer answers no ping and no close."""
        thread = Thread(target=self.let_in)
        thread.start()
        with socket.create_connection(("127.0.0.1", self.port), SOON) as sock:
            sock.sendall(UPGRADE)
            thread.join()
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                answer += sock.recv(1)
            yield sock

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def make_entrance() -> Iterator[Callable[[Hub, Open], Entrance]]:
    """Return what lets clients in to a hub of one route."""
    made: list[Entrance] = []

    def make(hub: Hub, handle: Open) -> Entrance:
        made.append(Entrance(hub, SocketRoute(PATH, "test", handle)))
        return made[-1]

    yield make
    for entrance in made:
        entrance.close()


@pytest.fixture
def start(
    make_entrance: Callable[[Hub, Open], Entrance],
) -> Iterator[Callable[..., Entrance]]:
    """Return what starts a hub for one route."""
    hubs: list[Hub] = []

    def start_hub(
        handle: Open, times: Times | None = None, count: Callable[[int], None] | None = None
    ) -> Entrance:
        hubs.append(Hub(times=times or Times(), count=count))
        hubs[-1].start()
        return make_entrance(hubs[-1], handle)

    yield start_hub
    for hub in hubs:
        hub.finish(SOON)


@pytest.fixture
def echo() -> Open:
    def handle(peer: Peer) -> Receive:
        def receive(texts: Sequence[str]) -> None:
            for text in texts:
                peer.say(text)

        return receive

    return handle


@pytest.fixture
def closed() -> Callable[[ClientConnection], tuple[int, str]]:
    """Return what waits for the other end to close, and returns the code and the reason."""

    def wait(client: ClientConnection) -> tuple[int, str]:
        with pytest.raises(ConnectionClosed) as caught:
            client.recv(SOON)
        received = caught.value.rcvd
        assert received is not None
        return received.code, received.reason

    return wait
