"""Ends of sockets for tests, without a network."""

import json
from typing import Any

from headwater.web.sockets.peer import Peer


class Wire(Peer):
    """The end of a socket that keeps what it is told."""

    path = "/api"
    gone = False

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.ended: tuple[int, str] | None = None

    def say(self, text: str) -> None:
        self.said.append(json.loads(text))

    def close(self, code: int, reason: str = "") -> None:
        self.ended = (code, reason)
