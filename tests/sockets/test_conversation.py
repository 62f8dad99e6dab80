"""What is said on sockets, without a network: bytes in, bytes out."""

from collections import deque
from collections.abc import Callable

import pytest
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate

from headwater.web.sockets.closing import Farewell
from headwater.web.sockets.saying import Saying

from .client import AUTH, Client
from .keeping import kinds_kept_by


def test_messages_may_be_compressed() -> None:
    client = Client()
    assert isinstance(client.answer, AcceptConnection)
    [deflate] = client.answer.extensions
    assert isinstance(deflate, PerMessageDeflate)
    assert deflate.enabled()
    client.say(TextMessage(data="x" * 900), TextMessage(data="x" * 900))
    assert list(client.talk.inbox) == ["x" * 900] * 2
    client.talk.say("y" * 900)
    client.talk.say("z" * 900)
    assert client.hear() == [TextMessage(data="y" * 900), TextMessage(data="z" * 900)]


def test_nothing_is_kept_from_one_compressed_message_to_the_next() -> None:
    client = Client()
    assert isinstance(client.answer, AcceptConnection)
    [deflate] = client.answer.extensions
    assert isinstance(deflate, PerMessageDeflate)
    assert deflate.client_no_context_takeover
    assert deflate.server_no_context_takeover


def test_nothing_that_is_large_while_it_is_empty_is_kept() -> None:
    client = Client("prefect")
    client.say(AUTH, TextMessage(data="{}"), Ping())
    client.talk.take_texts(500, 1000)

    assert deque not in kinds_kept_by(client.talk)


def test_what_is_said_to_many_is_made_once_for_each_form() -> None:
    made: list[str] = []

    class Noted(Saying):
        def frame(self, form: int | None, make: Callable[[str], bytes]) -> bytes:
            def note(text: str) -> bytes:
                made.append(text)
                return make(text)

            return super().frame(form, note)

    clients = [Client(compressed=compressed) for compressed in (True, True, False, False)]
    said = Noted("ä" * 900)
    for client in clients:
        client.talk.say("before", said, said, "after")

    texts = ["before", said.text, said.text, "after"]
    for client in clients:
        assert client.hear() == [TextMessage(data=text) for text in texts]
    assert made == [said.text] * 2


def test_nothing_is_said_to_many_behind_a_close() -> None:
    client = Client()
    client.talk.close(1000)
    client.talk.say(Saying("late"))
    assert client.hear() == [CloseConnection(code=1000, reason="")]


def test_a_ping_waits_behind_the_messages_before_it() -> None:
    client = Client()
    client.say(TextMessage(data="a"), Ping(payload=b"1"), TextMessage(data="b"))
    assert client.hear() == []
    assert client.talk.take_texts(500, 1000) == ["a"]
    ping = client.talk.inbox.pop(0)
    assert isinstance(ping, Ping)
    client.talk.pong(ping)
    assert client.hear() == [Pong(payload=bytearray(b"1"))]
    assert client.talk.take_texts(500, 1000) == ["b"]


def test_a_batch_has_a_most_and_a_size() -> None:
    client = Client()
    client.say(*(TextMessage(data="x" * 10) for _ in range(6)))
    assert client.talk.waiting == 60
    assert len(client.talk.take_texts(2, 1000)) == 2
    assert len(client.talk.take_texts(500, 15)) == 2
    assert len(client.talk.take_texts(500, 1)) == 1
    assert client.talk.waiting == 10


def test_a_message_may_come_in_parts() -> None:
    client = Client()
    client.say(
        TextMessage(data="a", message_finished=False),
        Ping(),
        TextMessage(data="b", message_finished=True),
    )
    assert list(client.talk.inbox) == [Ping(payload=bytearray(b"")), "ab"]


def test_a_close_is_answered_after_the_messages_before_it() -> None:
    client = Client()
    client.say(TextMessage(data="a"), CloseConnection(code=1000, reason="bye"))
    assert list(client.talk.inbox) == ["a", Farewell(1000, "bye")]
    assert not client.talk.finished
    client.talk.close(1000, "bye")
    assert client.talk.finished
    assert client.hear() == [CloseConnection(code=1000, reason="bye")]


def test_a_close_without_a_code_is_answered() -> None:
    client = Client()
    client.talk.feed(b"\x88\x80\0\0\0\0")
    assert list(client.talk.inbox) == [Farewell(1005)]
    client.talk.close(1005)
    [answer] = client.hear()
    assert isinstance(answer, CloseConnection)
    assert answer.code == 1000


def test_what_was_sent_before_our_close_was_heard_is_taken_in() -> None:
    client = Client()
    client.talk.close(1001)
    client.say(TextMessage(data="late"), Ping())
    assert client.talk.take_texts(500, 1000) == ["late"]
    client.talk.pong(Ping())
    assert client.hear() == [CloseConnection(code=1001, reason="")]  # and no pong behind it
    client.say(CloseConnection(code=1001))
    assert client.talk.finished


def break_off_large(client: Client) -> None:
    client.say(TextMessage(data="x" * 1001))


def break_off_large_parts(client: Client) -> None:
    client.talk.feed(b"\x01\xfe\x01\x90\0\0\0\0" + b"x" * 400)
    for _ in range(2):
        client.talk.feed(b"\x00\xfe\x01\x90\0\0\0\0" + b"x" * 400)


def break_off_binary(client: Client) -> None:
    client.say(BytesMessage(data=b"{}"))


def break_off_invalid_text(client: Client) -> None:
    client.talk.feed(b"\x81\x82\0\0\0\0\xff\xff")  # masked with zeros


def break_off_unmasked(client: Client) -> None:
    client.talk.feed(b"\x81\x02{}")


def break_off_unknown_frame(client: Client) -> None:
    client.talk.feed(b"\x8b\x80\0\0\0\0")


def break_off_compressed_control_frame(client: Client) -> None:
    client.talk.feed(b"\xc9\x80\0\0\0\0")


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (break_off_large, 1009),
        (break_off_large_parts, 1009),
        (break_off_binary, 1003),
        (break_off_invalid_text, 1007),
        (break_off_unmasked, 1002),
        (break_off_unknown_frame, 1002),
        (break_off_compressed_control_frame, 1002),
    ],
)
def test_a_breach_ends_it_behind_the_messages_before_it(
    act: Callable[[Client], None], code: int
) -> None:
    client = Client()
    client.say(TextMessage(data="before"))
    act(client)
    client.talk.feed(b"\x81\x82\0\0\0\0{}")
    first, last = client.talk.inbox
    assert first == "before"
    assert isinstance(last, Farewell)
    assert last.code == code
    assert last.reason
    client.talk.close(last.code, last.reason)
    [close] = client.hear()
    assert isinstance(close, CloseConnection)
    assert close.code == code


def test_a_long_reason_is_cut_between_signs() -> None:
    client = Client()
    client.talk.close(1002, "é" * 100)
    [close] = client.hear()
    assert isinstance(close, CloseConnection)
    assert close.reason == "é" * 61


def test_giving_up_forgets_what_waits() -> None:
    client = Client()
    client.say(TextMessage(data="a"), Ping())
    client.talk.give_up(1011, "why")
    assert list(client.talk.inbox) == [Farewell(1011, "why")]
    assert client.talk.waiting == 0
