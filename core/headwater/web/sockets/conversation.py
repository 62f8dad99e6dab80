"""What is said over one socket, as bytes in and bytes out. No network here, and no threads.

The clients' own rules come on top of WebSocket's (`prefect` 3.9, `events/clients.py`): one that
offers the subprotocol `prefect` authenticates by its first frame, and one that offers none (2.20)
begins at once. A ping is a question: "do you have what I sent before?" So pings wait in the inbox
behind the messages before them, and so does the peer's close.
"""

import logging

from h11 import ProtocolError as HttpError
from wsproto.connection import ConnectionType
from wsproto.events import AcceptConnection, Ping, RejectConnection, Request
from wsproto.frame_protocol import Frame, FrameProtocol, Opcode, ParseFailed
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
        # Not a deque: an empty one is larger than all else here, and most inboxes are empty.
        self.inbox: list[str | Ping | Farewell] = []
        self.waiting = 0  # characters in the inbox
        self.out = bytearray()
        self.subprotocol: str | None = None
        self.awaits_auth = False
        self.deaf = False  # nothing more is taken in: the peer has closed, or broke a rule
        self.closing = False  # our close is out
        self.finished = False  # both have closed, or never began
        self._largest, self._door, self._refusal = largest, door, refusal
        self._must_shake_hands = shakes_hands
        self._heard_close = False
        self._frames: FrameProtocol | None = None  # there is one once the peer is let in
        # Whoever keeps a compressor, or what undoes the peer's, from message to message holds
        # 256 kB or 40 kB for each socket. And so what many are told is the same bytes for all.
        self._deflate = Deflate(client_no_context_takeover=True, server_no_context_takeover=True)
        self._parts: list[str] = []
        self._size = 0

    def begin(self, headers: Headers, path: str) -> None:
        """Answer an upgrade request; headers in lower case."""
        # It goes with this call: kept, its parser and the request would be half of what a socket
        # takes. So no WSConnection, which keeps it; and no Connection, for its queue, always empty.
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
        self._frames = FrameProtocol(client=False, extensions=[self._deflate])

    def _reject(self, answer: bytes) -> None:
        self.out += answer
        self.deaf = self.finished = True

    def feed(self, data: bytes) -> None:
        frames = self._frames
        if self.deaf or frames is None:
            return
        try:
            frames.receive_bytes(data)
            for frame in frames.received_frames():
                self._take(frame)
                if self.deaf:
                    return
        except ParseFailed as fault:
            self.break_off(fault.code, str(fault) or BROKEN_FRAME)
        except Exception:  # wsproto asserts what some broken frames break
            logger.exception("frames could not be read")
            self.break_off(PROTOCOL_ERROR, BROKEN_FRAME)

    def _take(self, frame: Frame) -> None:
        payload = frame.payload
        if isinstance(payload, str):
            self._collect(payload, is_last=frame.message_finished)
        elif isinstance(payload, tuple):
            self._take_close(*payload)
        elif frame.opcode is Opcode.PING:
            self.inbox.append(Ping(payload))
        elif frame.opcode is Opcode.BINARY:
            self.break_off(UNSUPPORTED, "Only text frames are taken")

    def _collect(self, part: str, *, is_last: bool) -> None:
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._largest:
            self.break_off(TOO_BIG, f"A message has {self._largest} characters at most")
        elif is_last:
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

    def _take_close(self, code: int, reason: str) -> None:
        self._heard_close = True
        if self.closing:  # the answer to our own
            self.deaf = self.finished = True
        else:
            self.break_off(code, reason)

    def take_texts(self, most: int, size: int) -> list[str]:
        """Take messages from the head of the inbox: *most* or *size* characters, one at least."""
        texts: list[str] = []
        for item in self.inbox[:most]:
            if not isinstance(item, str) or size <= 0:
                break
            texts.append(item)
            size -= len(item)
            self.waiting -= len(item)
        del self.inbox[: len(texts)]
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
        if (frames := self._open) is None:
            return
        form = self._deflate.server_max_window_bits if self._deflate.enabled() else None
        for one in said:
            if isinstance(one, str):
                self.out += frames.send_data(one)
            else:
                self.out += one.frame(form, lambda text: bytes(frames.send_data(text)))

    def ping(self) -> None:
        if (frames := self._open) is not None:
            self.out += frames.ping()

    def pong(self, ping: Ping) -> None:
        if (frames := self._open) is not None:
            self.out += frames.pong(ping.payload)

    def close(self, code: int, reason: str = "") -> None:
        """Say our close, or answer the peer's. What still comes from the peer is taken in."""
        if self._frames is not None and not self.closing:
            self.out += self._frames.close(code, reason)
            self.closing = True
            self.finished = self._heard_close

    @property
    def _open(self) -> FrameProtocol | None:
        """What makes frames, until a close was said or heard: nothing may follow ours."""
        # What the peer learns of no more, it sends again.
        return None if self.closing or self._heard_close else self._frames
