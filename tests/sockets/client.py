"""The other end of a conversation, by wsproto."""

import json

from wsproto import ConnectionType, WSConnection
from wsproto.events import Event, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

from headwater.web.sockets.conversation import Conversation
from headwater.web.sockets.door import OPEN_DOOR, Door

PATH = "/api/events/in"
AUTH = TextMessage(data=json.dumps({"type": "auth", "token": None}))


class Client:
    """The other end of a conversation."""

    def __init__(
        self,
        *subprotocols: str,
        largest: int = 1000,
        door: Door = OPEN_DOOR,
        refusal: str | None = None,
        compressed: bool = True,
    ) -> None:
        self.frames = WSConnection(ConnectionType.CLIENT)
        self.talk = Conversation(largest, door, refusal)
        request = Request(
            host="localhost",
            target=PATH,
            subprotocols=list(subprotocols),
            extensions=[PerMessageDeflate()] if compressed else [],
        )
        self.talk.begin(_headers(self.frames.send(request)), PATH)
        self.answer = self.hear()[0]

    def say(self, *events: Event) -> None:
        self.talk.feed(b"".join(self.frames.send(event) for event in events))

    def hear(self) -> list[Event]:
        self.frames.receive_data(bytes(self.talk.out))
        self.talk.out.clear()
        return list(self.frames.events())


def _headers(request: bytes) -> list[tuple[bytes, bytes]]:
    lines = request.split(b"\r\n")[1:]
    pairs = [line.split(b": ", 1) for line in lines if line]
    return [(name.lower(), value) for name, value in pairs]
