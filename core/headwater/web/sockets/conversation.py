"""What is said over one socket, as bytes in and bytes out. No network here, and no threads.

The clients' own rules come on top of WebSocket's (`prefect` 3.9, `events/clients.py`): one that
offers the subprotocol `prefect` authenticates by its first frame, and one that offers none (2.20)
begins at once. A ping is a question: "do you have what I sent before?" So pings wait in the inbox
behind the messages before them, and so does the peer's close.
"""

import logging
from collections import deque

from h11 import ProtocolError as HttpError
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.handshake import H11Handshake
from wsproto.utilities import RemoteProtocolError

from headwater.web.sockets.closing import POLICY, PROTOCOL_ERROR, TOO_BIG, UNSUPPORTED, Farewell
from headwater.web.sockets.deflate import Deflate
from headwater.web.sockets.door import OPEN_DOOR, Door, Headers
from headwater.web.sockets.saying import Saying

SUBPROTOCOL = "prefect"
LARGEST = 16 * 1024 * 1024  # characters of a message, as large as the largest body over HTTP
BROKEN_FRAME = "Not a WebSocket frame"

_AUTH_SUCCESS = '{"type":"auth_success"}'
_NO_BODY = [(b"connection", b"close"), (b"content-length", b"0")]
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

logger = logging.getLogger(__name__)


class Conversation:
    """Feed it what was read, send what gathers in *out*, and handle *inbox* in order.

    *refusal* is what is said to all who do not get through the *door*, where the path has words of
    its own for that. Where all must *shake hands*, who offers no subprotocol is refused.
    """

    def __init__(
        self,
        largest: int = LARGEST,
        door: Door = OPEN_DOOR,
        refusal: str | None = None,
        *,
        shakes_hands: bool = False,
    ) -> None:
        self.inbox: deque[str | Ping | Farewell] = deque()
        self.waiting = 0  # characters in the inbox
        self.out = bytearray()
        self.subprotocol: str | None = None
        self.awaits_auth = False
        self.deaf = False  # nothing more is taken in: the peer has closed, or broke a rule
        self.closing = False  # our close is out
        self.finished = False  # both have closed, or never began
        self._largest, self._door, self._refusal = largest, door, refusal
        self._must_shake_hands = shakes_hands
        self._frames: Connection | None = None  # there is one once the peer is let in
        # Whoever keeps a compressor, or what undoes the peer's, from message to message holds
        # 256 kB or 40 kB for each socket. And so what many are told is the same bytes for all.
        self._deflate = Deflate(client_no_context_takeover=True, server_no_context_takeover=True)
        self._parts: list[str] = []
        self._size = 0

    def begin(self, headers: Headers, path: str) -> None:
        """Answer an upgrade request; headers in lower case."""
        # It goes with this call: kept, its parser and the request would be half of what a socket
        # takes. So no WSConnection, which keeps it.
        handshake = H11Handshake(ConnectionType.SERVER)
        try:
            handshake.initiate_upgrade_connection(list(headers), path)
            for event in handshake.events():
                if isinstance(event, Request):
                    self._answer(event, headers, handshake)
        except RemoteProtocolError as error:
            self._reject(handshake.send(error.event_hint or RejectConnection(status_code=400)))
        except (HttpError, ValueError):  # ValueError: what wsproto does not decode, or parse
            self._reject(_BAD_REQUEST)

    def _answer(self, request: Request, headers: Headers, handshake: H11Handshake) -> None:
        self.subprotocol = SUBPROTOCOL if SUBPROTOCOL in request.subprotocols else None
        self.awaits_auth = self.subprotocol is not None
        refused = self._must_shake_hands and not self.awaits_auth
        if refused or not self._door.admits(headers, shakes_hands=self.awaits_auth):
            self._reject(handshake.send(RejectConnection(status_code=403, headers=_NO_BODY)))
            return
        accepted = AcceptConnection(subprotocol=self.subprotocol, extensions=[self._deflate])
        self.out += handshake.send(accepted)
        self._frames = handshake.connection

    def _reject(self, answer: bytes) -> None:
        self.out += answer
        self.deaf = self.finished = True

    def feed(self, data: bytes) -> None:
        frames = self._frames
        if self.deaf or frames is None:
            return
        try:
            frames.receive_data(data)
            for event in frames.events():
                self._take(event)
                if self.deaf:
                    return
        except Exception:  # wsproto asserts what some broken frames break
            logger.exception("frames could not be read")
            self.break_off(PROTOCOL_ERROR, BROKEN_FRAME)

    def _take(self, event: Event) -> None:
        if isinstance(event, TextMessage):
            self._collect(event)
        elif isinstance(event, BytesMessage):
            self.break_off(UNSUPPORTED, "Only text frames are taken")
        elif isinstance(event, Ping):
            self.inbox.append(event)
        elif isinstance(event, CloseConnection):
            self._take_close(event)

    def _collect(self, message: TextMessage) -> None:
        self._parts.append(message.data)
        self._size += len(message.data)
        if self._size > self._largest:
            self.break_off(TOO_BIG, f"A message has {self._largest} characters at most")
        elif message.message_finished:
            text = "".join(self._parts)
            self._parts, self._size = [], 0
            if self.awaits_auth:
                self._greet(text)
            else:
                self.inbox.append(text)
                self.waiting += len(text)

    def _greet(self, text: str) -> None:
        fault = self._door.find_fault(text)
        if fault is None:
            self.awaits_auth = False
            self.say(_AUTH_SUCCESS)
        else:
            self.turn_away(fault)

    def turn_away(self, fault: str) -> None:
        self.break_off(POLICY, self._refusal or fault)

    def _take_close(self, close: CloseConnection) -> None:
        state = self._state
        if state is ConnectionState.CLOSED:  # the answer to our own
            self.deaf = self.finished = True
        elif state is ConnectionState.REMOTE_CLOSING:
            self.break_off(close.code, close.reason or "")
        else:  # no close frame: wsproto says so of frames that it cannot read
            self.break_off(close.code, close.reason or BROKEN_FRAME)

    def take_texts(self, most: int, size: int) -> list[str]:
        """Take messages from the head of the inbox: *most* or *size* characters, one at least."""
        texts: list[str] = []
        while self.inbox and len(texts) < most and size > 0:
            head = self.inbox[0]
            if not isinstance(head, str):
                break
            self.inbox.popleft()
            texts.append(head)
            size -= len(head)
            self.waiting -= len(head)
        return texts

    def break_off(self, code: int, reason: str) -> None:
        """Take nothing more in; close when what came before is handled."""
        self.deaf = True
        self.inbox.append(Farewell(code, reason))

    def give_up(self, code: int, reason: str) -> None:
        """Forget what waits, and close: it cannot be handled, and was not acknowledged."""
        self.inbox.clear()
        self.waiting = 0
        self.break_off(code, reason)

    def say(self, *said: str | Saying) -> None:
        for one in said:
            if isinstance(one, str):
                self._send(TextMessage(data=one))
            elif self._state is ConnectionState.OPEN:
                form = self._deflate.server_max_window_bits if self._deflate.enabled() else None
                self.out += one.frame(form, self._make_frame)

    def _make_frame(self, text: str) -> bytes:
        return self._frame(TextMessage(data=text))

    def ping(self) -> None:
        self._send(Ping())

    def pong(self, ping: Ping) -> None:
        self._send(ping.response())

    def close(self, code: int, reason: str = "") -> None:
        """Say our close, or answer the peer's. What still comes from the peer is taken in."""
        answering = self._state is ConnectionState.REMOTE_CLOSING
        if answering or self._state is ConnectionState.OPEN:
            self.out += self._frame(CloseConnection(code=code, reason=reason))
            self.closing = True
            self.finished = answering

    def _send(self, event: Event) -> None:
        # Nothing may follow our close: what the peer learns of no more, it sends again.
        if self._state is ConnectionState.OPEN:
            self.out += self._frame(event)

    @property
    def _state(self) -> ConnectionState:
        return ConnectionState.CONNECTING if self._frames is None else self._frames.state

    def _frame(self, event: Event) -> bytes:
        return b"" if self._frames is None else self._frames.send(event)
