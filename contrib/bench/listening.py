"""Many sockets on one thread, as cheap as can be: those who follow events, and those who wait.

Messages are compressed in both directions, as with the clients. Those that come are counted, not
understood: all are told of the same events in the same order.
"""

import json
import os
import selectors
import socket
import struct
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from contrib.bench.firings import make_event

TEXT, PING, PONG, COMPRESSED = 0x1, 0x9, 0xA, 0x40
PATIENCE = 30.0  # seconds
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: prefect\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
)
AUTH = json.dumps({"type": "auth", "token": None})


@dataclass(frozen=True)
class Heard:
    """How many events each who follows got, of how many, and the seconds that each took."""

    sent: int
    counts: Sequence[int]
    late: Sequence[float]


@dataclass
class Ear:
    """One socket. *count* is of the texts that came."""

    sock: socket.socket
    count: int = 0
    rest: bytes = b""

    def read(self) -> int:
        """Take in what has come, answer pings, and return how many texts there were."""
        data = self.rest + self.sock.recv(256 * 1024)
        place, texts = 0, 0
        while (end := _end_of_frame(data, place)) is not None:
            kind = data[place] & 0xF
            if kind == TEXT:
                texts += 1
            elif kind == PING:
                self.sock.sendall(make_frame(PONG, data[place + 2 : end]))
            elif kind != PONG:
                raise SystemExit(f"a socket was closed: {data[place:end]!r}")
            place = end
        self.rest = data[place:]
        self.count += texts
        return texts


def make_frame(kind: int, payload: bytes) -> bytes:
    """Return a frame as clients send it; its mask is nothing, so the bytes stay as they are."""
    size = len(payload)
    if size > 125:
        head = struct.pack("!BBH", 0x80 | kind, 0x80 | 126, size)
    else:
        head = struct.pack("!BB", 0x80 | kind, 0x80 | size)
    return head + bytes(4) + payload


def make_text(text: str) -> bytes:
    """Return a frame that is compressed, as the clients' are."""
    squeeze = zlib.compressobj(wbits=-15)
    payload = squeeze.compress(text.encode()) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    return make_frame(COMPRESSED | TEXT, payload[:-4])


def _end_of_frame(data: bytes, place: int) -> int | None:
    if len(data) < place + 2:
        return None
    size, begin = data[place + 1], place + 2
    if size == 126 and len(data) >= place + 4:
        size, begin = int.from_bytes(data[place + 2 : place + 4]), place + 4
    elif size > 125:
        return None
    return begin + size if len(data) >= begin + size else None


@dataclass
class Listeners:
    """Open sockets of a server; its API's *url* names it."""

    url: str
    selector: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)
    following: list[Ear] = field(default_factory=list)

    def idle(self, count: int) -> None:
        for _ in range(count):
            self._keep(self.enter("/events/in"))

    def follow(self, name: str, count: int) -> None:
        until = f"{time.gmtime().tm_year + 1}-12-31T00:00:00Z"
        occurred = {"since": "2020-01-01T00:00:00Z", "until": until}
        wanted = {"occurred": occurred, "event": {"name": [name]}}
        message = {"type": "filter", "filter": wanted, "backfill": False}
        for _ in range(count):
            ear = self.enter("/events/out", message)
            self.following.append(ear)
            self._keep(ear)

    def enter(self, path: str, *messages: dict[str, Any]) -> Ear:
        """Open a socket, and return when what it says first has been handled."""
        parts = urlsplit(self.url)
        sock = socket.create_connection((parts.hostname or "", parts.port or 80), PATIENCE)
        sock.sendall(UPGRADE.format(path=parts.path + path, host=parts.netloc).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(4096)
        if b" 101 " not in answer:
            raise SystemExit(f"{path}: {answer!r}")
        for text in (AUTH, *map(json.dumps, messages)):
            sock.sendall(make_text(text))
        ear = Ear(sock)
        while not ear.read():
            pass
        if messages:
            sock.sendall(make_frame(PING, b""))
            sock.recv(64)  # the pong, since nothing is told yet
        ear.count = 0
        return ear

    def _keep(self, ear: Ear) -> None:
        self.selector.register(ear.sock, selectors.EVENT_READ, ear)

    def listen(self, seconds: float) -> list[tuple[Ear, int]]:
        """Wait so long at most; return who was told something, and of how many events."""
        ready = self.selector.select(seconds)
        return [(key.data, texts) for key, _ in ready if (texts := key.data.read())]

    def send(self, number: int, rate: int, seconds: int) -> Heard:
        """Send events evenly over a socket more, and hear of them until all have, or PATIENCE."""
        sender = self.enter("/events/in")
        begun, sent, late = time.monotonic(), list[float](), list[float]()
        total, left = rate * seconds, rate * seconds * len(self.following)
        end = begun + seconds + PATIENCE
        while left and (now := time.monotonic()) < end:
            due = begun + len(sent) / rate
            if len(sent) < total and now >= due:
                event = make_event(number) | {"id": str(uuid4())}
                sender.sock.sendall(make_text(json.dumps(event)))
                sent.append(time.monotonic())
                continue
            for ear, texts in self.listen(due - now if len(sent) < total else 0.5):
                came = time.monotonic()
                late += [came - sent[one] for one in range(ear.count - texts, ear.count)]
                left -= texts
        sender.sock.close()
        return Heard(len(sent), [ear.count for ear in self.following], late)


def listen(url: str, subscribers: int, idle: int, rate: int, seconds: int, pipe: Any) -> None:
    """Open all sockets, say so, send when told to, and stay until let go; in its own process."""
    os.nice(5)
    listeners = Listeners(url)
    listeners.idle(idle)
    listeners.follow("bench.0", subscribers)
    pipe.send("open")
    while not pipe.poll():
        listeners.listen(0.5)
    pipe.recv()
    pipe.send(listeners.send(0, rate, seconds))
    pipe.recv()
