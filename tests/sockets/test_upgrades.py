"""How an upgrade request that is none is refused."""

import pytest

from headwater.web.sockets.conversation import Conversation

PATH = "/api/events/in"
GOOD = [
    (b"host", b"localhost"),
    (b"upgrade", b"websocket"),
    (b"connection", b"Upgrade"),
    (b"sec-websocket-key", b"AAAAAAAAAAAAAAAAAAAAAA=="),
    (b"sec-websocket-version", b"13"),
]


def without(name: bytes) -> list[tuple[bytes, bytes]]:
    return [pair for pair in GOOD if pair[0] != name]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (without(b"host"), 400),
        (without(b"connection"), 400),
        (without(b"sec-websocket-key"), 400),
        (without(b"sec-websocket-version"), 400),
        ([*without(b"sec-websocket-version"), (b"sec-websocket-version", b"8")], 426),
        ([*GOOD, (b"sec-websocket-protocol", b"\xff")], 400),
        ([*GOOD, (b"host", b"again")], 400),
        (
            [*GOOD, (b"sec-websocket-extensions", b"permessage-deflate; client_max_window_bits=x")],
            400,
        ),
    ],
)
def test_a_wrong_upgrade_is_refused_by_http(
    headers: list[tuple[bytes, bytes]], status: int
) -> None:
    talk = Conversation()
    talk.begin(headers, PATH)
    assert talk.finished
    assert talk.out.startswith(b"HTTP/1.1 %d " % status)
