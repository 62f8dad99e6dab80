"""The hub with real sockets and clients, but no server around it."""

import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Semaphore, Thread
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage
from websockets.sync.client import ClientConnection, connect

from headwater.errors import UnavailableError
from headwater.web.sockets.hub import INBOX, READ, Hub, Times
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive, SocketRoute

PATH = "/api/test"
SOON = 10.0  # seconds, for what happens at once
UPGRADE = (
    b"GET /api/test HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Door:
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


Open = Callable[[Peer], Receive]
Start = Callable[..., Door]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return what starts a hub for one route."""
    hubs: list[Hub] = []
    doors: list[Door] = []

    def start(handle: Open, times: Times | None = None) -> Door:
        hub = Hub(times=times or Times())
        hub.start()
        hubs.append(hub)
        door = Door(hub, SocketRoute(PATH, "test", handle))
        doors.append(door)
        return door

    yield start
    for door in doors:
        door.close()
    for hub in hubs:
        hub.finish(SOON)


def echo(peer: Peer) -> Receive:
    def receive(texts: Sequence[str]) -> None:
        for text in texts:
            peer.say(text)

    return receive


def read_all(sock: socket.socket) -> bytes:
    heard = b""
    while data := sock.recv(4096):
        heard += data
    return heard


def closed(client: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as caught:
        client.recv(SOON)
    received = caught.value.rcvd
    assert received is not None
    return received.code, received.reason


def test_messages_come_in_order_and_are_answered(start: Start) -> None:
    door = start(echo)
    with door.enter() as one, door.enter() as two:
        for number in range(50):
            one.send(f"one {number}")
            two.send(f"two {number}")
        assert [one.recv(SOON) for _ in range(50)] == [f"one {number}" for number in range(50)]
        assert [two.recv(SOON) for _ in range(50)] == [f"two {number}" for number in range(50)]


def test_a_pong_waits_until_the_messages_before_it_are_handled(start: Start) -> None:
    handled, go_on = list[str](), Event()

    def receive(texts: Sequence[str]) -> None:
        go_on.wait(SOON)
        handled.extend(texts)

    with start(lambda _: receive).enter() as client:
        client.send("a")
        client.send("b")
        pong = client.ping()
        assert not pong.wait(0.3)
        go_on.set()
        assert pong.wait(SOON)
        assert handled == ["a", "b"]


def test_a_peer_that_closes_at_once_is_still_heard(start: Start) -> None:
    handled = list[str]()
    with start(lambda _: handled.extend).enter() as client:
        for number in range(1000):
            client.send(str(number))
    assert handled == [str(number) for number in range(1000)]  # our close said so


def test_a_peer_that_vanishes_is_still_heard(start: Start) -> None:
    go_on, all_came, handled = Event(), Event(), list[str]()

    def receive(texts: Sequence[str]) -> None:
        go_on.wait(SOON)
        handled.extend(texts)
        if len(handled) == 100:
            all_came.set()

    with start(lambda _: receive).enter() as client:
        for number in range(100):
            client.send(str(number))
        client.socket.shutdown(socket.SHUT_WR)
        go_on.set()
        assert all_came.wait(SOON)


@pytest.mark.parametrize(
    ("error", "code"), [(ValueError("a bug"), 1011), (UnavailableError("away"), 1013)]
)
def test_a_handler_that_fails_closes_without_a_pong(
    start: Start, error: Exception, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    def receive(texts: Sequence[str]) -> None:
        raise error

    with start(lambda _: receive).enter() as client:
        client.send("a")
        pong = client.ping()
        assert closed(client)[0] == code
        assert not pong.is_set()
    assert caplog.records[0].levelno == logging.ERROR


def test_a_handler_that_fails_costs_no_other_peer(start: Start) -> None:
    def handle(peer: Peer) -> Receive:
        def receive(texts: Sequence[str]) -> None:
            if "bad" in texts:
                raise ValueError("a bug")
            peer.say("good")

        return receive

    door = start(handle)
    with door.enter() as one, door.enter() as two:
        one.send("bad")
        assert closed(one) == (1011, "Internal Server Error")
        two.send("fine")
        assert two.recv(SOON) == "good"


def test_a_route_that_cannot_open_costs_that_peer_alone(start: Start) -> None:
    tries = iter([ValueError("a bug"), None])

    def handle(peer: Peer) -> Receive:
        if error := next(tries):
            raise error
        return echo(peer)

    door = start(handle)
    with pytest.raises(InvalidMessage), door.enter():
        pass
    with door.enter() as client:
        client.send("a")
        assert client.recv(SOON) == "a"


def test_a_handler_may_close_and_still_hears_what_was_sent_before(start: Start) -> None:
    handled = list[str]()

    def handle(peer: Peer) -> Receive:
        def receive(texts: Sequence[str]) -> None:
            handled.extend(texts)
            peer.close(1002, "why")

        return receive

    sent = 0
    with start(handle).enter() as client:
        with suppress(ConnectionClosed):  # the close may overtake what is still to be sent
            for number in range(100):
                client.send(str(number))
                sent += 1
        assert closed(client) == (1002, "why")
    assert sent > 0
    assert handled == [str(number) for number in range(sent)]


def test_a_message_that_is_too_large_closes_with_1009(start: Start) -> None:
    with start(echo).enter() as client:
        client.send("before")
        client.send("x" * (17 * 1024 * 1024))
        assert client.recv(SOON) == "before"
        assert closed(client) == (1009, "A message has 16777216 characters at most")


def test_a_full_inbox_holds_the_sender_back(start: Start) -> None:
    go_on, longest = Event(), 0

    def handle(peer: Peer) -> Receive:
        def receive(texts: Sequence[str]) -> None:
            nonlocal longest
            go_on.wait(SOON)
            longest = max(longest, len(peer.conversation.inbox))
            peer.say(str(len(texts)))

        return receive

    most = 20_000
    with start(handle).enter(compression=None) as client:

        def send() -> None:
            for _ in range(most):
                client.send("x" * 1000)

        sender = Thread(target=send)
        sender.start()
        sender.join(1.0)
        assert sender.is_alive()
        go_on.set()
        came = 0
        while came < most:
            came += int(client.recv(SOON))
        sender.join()
    assert longest <= INBOX + READ // 1000  # one read may bring more than there was room for


def test_a_peer_that_gives_no_sign_is_dropped(start: Start) -> None:
    door = start(echo, Times(ping=0.2, silence=0.5, look=0.1))
    with door.enter_silently() as silent:
        heard = read_all(silent)
        assert heard.startswith(b"\x89\x00")  # it was asked before


def test_a_peer_that_answers_pings_stays(start: Start) -> None:
    door = start(echo, Times(ping=0.1, silence=0.5, look=0.05))
    with door.enter() as client:
        with pytest.raises(TimeoutError):
            client.recv(1.5)
        client.send("still here")
        assert client.recv(SOON) == "still here"


def test_a_peer_that_never_authenticates_is_closed(start: Start) -> None:
    door = start(echo, Times(auth=0.2, look=0.1))
    with door.enter("prefect") as client:
        assert closed(client) == (1008, "Expected 'auth' message")


def test_a_peer_that_does_not_answer_our_close_is_dropped(start: Start) -> None:
    def handle(peer: Peer) -> Receive:
        peer.close(1002, "go")
        return echo(peer)

    door = start(handle, Times(close=0.2, look=0.1))
    with door.enter_silently() as silent:
        assert read_all(silent) == b"\x88\x04\x03\xeago"


def test_finishing_says_1001_to_all_and_keeps_what_they_sent() -> None:
    handled, began, go_on = list[str](), Semaphore(0), Event()

    def receive(texts: Sequence[str]) -> None:
        began.release()
        go_on.wait(SOON)
        handled.extend(texts)

    hub = Hub()
    hub.start()
    door = Door(hub, SocketRoute(PATH, "test", lambda _: receive))
    try:
        with door.enter() as one, door.enter() as two:
            one.send("a")
            two.send("b")
            two.send("c")
            assert began.acquire(timeout=SOON)
            assert began.acquire(timeout=SOON)
            hub.close_all()
            go_on.set()
            hub.finish(SOON)
            assert closed(one)[0] == closed(two)[0] == 1001
        assert sorted(handled) == ["a", "b", "c"]
    finally:
        door.close()


def test_a_peer_that_comes_while_all_leave_is_told_so(start: Start) -> None:
    hub = Hub()
    hub.start()
    door = Door(hub, SocketRoute(PATH, "test", echo))
    with door.enter() as first:
        hub.close_all()
        assert closed(first)[0] == 1001
        with door.enter() as second:
            assert closed(second)[0] == 1001
    hub.finish(SOON)
    door.close()


def test_a_peer_that_does_not_read_is_dropped(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    told = Event()

    def handle(peer: Peer) -> Receive:
        def receive(texts: Sequence[str]) -> None:
            for _ in range(40):
                peer.say("x" * 1_000_000)
            told.set()

        return receive

    with start(handle).enter_silently() as silent:
        silent.sendall(b"\x81\x82\0\0\0\0{}")
        assert told.wait(SOON)
        with suppress(ConnectionResetError):
            read_all(silent)
    assert "reads too slowly" in caplog.text
