"""What the hub does with messages, with real sockets and clients, but no server around it."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any

import pytest
from websockets.exceptions import InvalidMessage
from websockets.sync.client import ClientConnection

from headwater.errors import UnavailableError
from headwater.web.sockets.hub import INBOX, READ
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive
from tests.waiting import wait_until

SOON = 10.0  # seconds, for what happens at once
Open = Callable[[Peer], Receive]
Start = Callable[..., Any]
Closed = Callable[[ClientConnection], tuple[int, str]]


def test_messages_come_in_order_and_are_answered(start: Start, echo: Open) -> None:
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


@pytest.mark.parametrize(
    ("error", "code"), [(ValueError("a bug"), 1011), (UnavailableError("away"), 1013)]
)
def test_a_handler_that_fails_closes_without_a_pong(
    start: Start, error: Exception, code: int, caplog: pytest.LogCaptureFixture, closed: Closed
) -> None:
    def receive(texts: Sequence[str]) -> None:
        raise error

    with start(lambda _: receive).enter() as client:
        client.send("a")
        pong = client.ping()
        assert closed(client)[0] == code
        assert not pong.is_set()
    assert caplog.records[0].levelno == logging.ERROR


def test_a_handler_that_fails_costs_no_other_peer(start: Start, closed: Closed) -> None:
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


def test_a_route_that_cannot_open_costs_that_peer_alone(start: Start, echo: Open) -> None:
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


def test_a_message_that_is_too_large_closes_with_1009(
    start: Start, echo: Open, closed: Closed
) -> None:
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


def test_it_is_told_how_many_sockets_open_and_close(start: Start, echo: Open) -> None:
    told = list[int]()
    door = start(echo, count=told.append)

    with door.enter() as one:
        one.send("a")
        assert one.recv(SOON) == "a"
        assert told == [1]

    wait_until(lambda: told == [1, -1])
