"""The other end of one socket, as the hub keeps it and as handlers see it."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from headwater.web.sockets.closing import Farewell
from headwater.web.sockets.saying import Saying

if TYPE_CHECKING:
    from headwater.web.sockets.conversation import Conversation

# How a peer is told something from any thread: the hub's own thread does it, and sends.
Tell = Callable[["Peer", "Callable[[Conversation], None]"], None]


class Peer:
    """Handlers use `say`, `close`, `gone` and `subprotocol`, from any thread.

    The rest is the hub's.
    """

    def __init__(
        self,
        sock: socket.socket,
        path: str,
        tell: Tell,
        conversation: "Conversation",
    ) -> None:
        self.sock = sock
        self.path = path
        self.conversation = conversation
        self.receive: Callable[[Sequence[str]], None] = _ignore
        self.busy = False  # a batch of it is being handled
        self.half_closed = False
        self.mask = 0  # what the selector watches it for
        self.begun = self.heard = self.pinged = time.monotonic()
        self.closed: float | None = None  # when our close went out
        self._tell = tell

    @property
    def subprotocol(self) -> str | None:
        return self.conversation.subprotocol

    @property
    def gone(self) -> bool:
        """Whether nobody is there any more to be told anything."""
        return self.sock.fileno() < 0

    def say(self, *said: str | Saying) -> None:
        self._tell(self, lambda conversation: conversation.say(*said))

    def close(self, code: int, reason: str = "") -> None:
        """Close, saying why. What the peer sent before it heard of it is still handled."""
        self._tell(self, lambda conversation: conversation.inbox.append(Farewell(code, reason)))


def _ignore(_: Sequence[str]) -> None:
    """Stand in until the route has opened the peer."""
