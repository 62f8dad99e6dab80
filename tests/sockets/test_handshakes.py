"""How sockets begin, without a network: bytes in, bytes out."""

import json

import h11
import pytest
from wsproto.events import AcceptConnection, Ping, RejectConnection, Request, TextMessage
from wsproto.frame_protocol import FrameProtocol
from wsproto.handshake import H11Handshake

from headwater.web.credentials import Secret
from headwater.web.sockets.closing import Farewell
from headwater.web.sockets.door import Door

from .client import AUTH, Client
from .keeping import kinds_kept_by


def test_the_subprotocol_prefect_is_selected_and_authenticates_first() -> None:
    client = Client("other", "prefect")
    assert isinstance(client.answer, AcceptConnection)
    assert client.answer.subprotocol == "prefect"
    client.say(AUTH, TextMessage(data="{}"))
    assert client.hear() == [TextMessage(data='{"type":"auth_success"}')]
    assert list(client.talk.inbox) == ["{}"]


@pytest.mark.parametrize("offered", [(), ("other",)])
def test_without_the_subprotocol_it_begins_at_once(offered: tuple[str, ...]) -> None:
    client = Client(*offered)
    assert isinstance(client.answer, AcceptConnection)
    assert client.answer.subprotocol is None
    client.say(TextMessage(data="{}"))
    assert list(client.talk.inbox) == ["{}"]


def test_nothing_of_the_handshake_is_kept() -> None:
    client = Client("prefect")
    client.say(AUTH, TextMessage(data="{}"))

    kept = kinds_kept_by(client.talk)

    assert FrameProtocol in kept
    assert not kept & {H11Handshake, h11.Connection, h11.Request, Request}


@pytest.mark.parametrize("first", ["{}", "[]", "nonsense", '{"type":"filter"}', "[" * 100_000])
def test_a_first_frame_that_is_no_auth_ends_it(first: str) -> None:
    client = Client("prefect", largest=200_000)
    client.say(TextMessage(data=first), TextMessage(data="{}"))
    assert list(client.talk.inbox) == [Farewell(1008, "Expected 'auth' message")]


def test_a_ping_before_the_auth_frame_is_answered() -> None:
    client = Client("prefect")
    client.say(Ping(payload=b"1"))
    assert list(client.talk.inbox) == [Ping(payload=bytearray(b"1"))]


def test_who_is_turned_away_at_the_door_gets_403() -> None:
    door = Door(Secret("ann:secret"))
    client = Client(door=door)
    assert isinstance(client.answer, RejectConnection)
    assert client.answer.status_code == 403
    assert client.talk.finished


@pytest.mark.parametrize(("refusal", "reason"), [(None, "Invalid token"), ("no_entry", "no_entry")])
def test_a_wrong_secret_ends_it_in_the_words_of_the_path(refusal: str | None, reason: str) -> None:
    client = Client("prefect", door=Door(Secret("ann:secret")), refusal=refusal)
    wrong = TextMessage(data=json.dumps({"type": "auth", "token": "ann:guess"}))
    client.say(wrong, TextMessage(data="{}"))
    assert list(client.talk.inbox) == [Farewell(1008, reason)]


def test_the_right_secret_gets_in() -> None:
    client = Client("prefect", door=Door(Secret("ann:secret")))
    client.say(TextMessage(data=json.dumps({"type": "auth", "token": "ann:secret"})))
    assert client.hear() == [TextMessage(data='{"type":"auth_success"}')]
