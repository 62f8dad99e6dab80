"""How the hub and its peers part: by a close, without a word, or all at once."""

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Semaphore
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from headwater.web.sockets.hub import Hub, Times
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive
from tests.waiting import wait_until

SOON = 10.0  # seconds, for what happens at once
Open = Callable[[Peer], Receive]
Start = Callable[..., Any]
Closed = Callable[[ClientConnection], tuple[int, str]]


def read_all(sock: socket.socket) -> bytes:
    heard = b""
    while data := sock.recv(4096):
        heard += data
    return heard


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


def test_a_handler_may_close_and_still_hears_what_was_sent_before(
    start: Start, closed: Closed
) -> None:
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
    wait_until(lambda: len(handled) == sent)
    assert handled == [str(number) for number in range(sent)]


def test_a_peer_that_gives_no_sign_is_dropped(start: Start, echo: Open) -> None:
    door = start(echo, Times(ping=0.2, silence=0.5, look=0.1))
    with door.enter_silently() as silent:
        heard = read_all(silent)
        assert heard.startswith(b"\x89\x00")  # it was asked before


def test_a_peer_that_answers_pings_stays(start: Start, echo: Open) -> None:
    door = start(echo, Times(ping=0.1, silence=0.5, look=0.05))
    with door.enter() as client:
        with pytest.raises(TimeoutError):
            client.recv(1.5)
        client.send("still here")
        assert client.recv(SOON) == "still here"


def test_a_peer_that_never_authenticates_is_closed(
    start: Start, echo: Open, closed: Closed
) -> None:
    door = start(echo, Times(auth=0.2, look=0.1))
    with door.enter("prefect") as client:
        assert closed(client) == (1008, "Expected 'auth' message")


def test_a_peer_that_does_not_answer_our_close_is_dropped(start: Start, echo: Open) -> None:
    def handle(peer: Peer) -> Receive:
        peer.close(1002, "go")
        return echo(peer)

    door = start(handle, Times(close=0.2, look=0.1))
    with door.enter_silently() as silent:
        assert read_all(silent) == b"\x88\x04\x03\xeago"


def test_finishing_says_1012_to_all_and_keeps_what_they_sent(
    make_entrance: Any, closed: Closed
) -> None:
    handled, began, go_on = list[str](), Semaphore(0), Event()

    def receive(texts: Sequence[str]) -> None:
        began.release()
        go_on.wait(SOON)
        handled.extend(texts)

    hub = Hub()
    hub.start()
    door = make_entrance(hub, lambda _: receive)
    with door.enter() as one, door.enter() as two:
        one.send("a")
        two.send("b")
        two.send("c")
        assert began.acquire(timeout=SOON)
        assert began.acquire(timeout=SOON)
        hub.close_all()
        go_on.set()
        hub.finish(SOON)
        assert closed(one)[0] == closed(two)[0] == 1012
    assert sorted(handled) == ["a", "b", "c"]


def test_a_peer_that_comes_while_all_leave_is_told_so(
    make_entrance: Any, echo: Open, closed: Closed
) -> None:
    hub = Hub()
    hub.start()
    door = make_entrance(hub, echo)
    with door.enter() as first:
        hub.close_all()
        assert closed(first)[0] == 1012
        with door.enter() as second:
            assert closed(second)[0] == 1012
    hub.finish(SOON)


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
