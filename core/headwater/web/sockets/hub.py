"""All sockets of one worker process on one thread: a selector, and no thread for each of them.

Messages go to a small pool in batches, one batch at a time for each peer and so in order. A batch
waits for nothing but the one before it. A peer whose inbox is full is not read until there is
room: TCP then holds the sender back.
"""

import logging
import os
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Condition, Thread

from wsproto.events import Ping

from headwater.errors import UnavailableError
from headwater.web.sockets.closing import INTERNAL_ERROR, SERVICE_RESTART, TRY_AGAIN
from headwater.web.sockets.conversation import Conversation
from headwater.web.sockets.door import EXPECTED_AUTH, OPEN_DOOR, Door, Headers
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import SocketRoute

READ = 64 * 1024  # bytes at once
BATCH, BATCH_SIZE = 500, 8 * 1024 * 1024  # messages and characters handed over together
INBOX, INBOX_SIZE = 2000, 16 * 1024 * 1024  # messages and characters that may wait
OUTBOX = 8 * 1024 * 1024  # bytes; a peer that leaves so much unread is dropped
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Times:
    """How long a peer may be quiet, in seconds."""

    ping: float = 25.0
    silence: float = 75.0
    auth: float = 30.0
    close: float = 5.0  # for the peer to answer our close
    look: float = 1.0  # between two looks at all of this


class Hub:
    """Make it after the fork. *context* is entered around each batch: the app's own context.

    *count* is told of each socket that opens (1) and closes (-1).
    """

    def __init__(
        self,
        context: Callable[[], AbstractContextManager[object]] = nullcontext,
        times: Times = Times(),
        workers: int = 8,
        door: Door = OPEN_DOOR,
        count: Callable[[int], None] | None = None,
    ) -> None:
        self._thread = Thread(target=self._run, name="socket-hub", daemon=True)
        self._context, self._times, self._door = context, times, door
        self._count = count or (lambda _: None)
        self._peers: set[Peer] = set()
        self._working: set[Peer] = set()
        self._leaving = self._over = False
        self._changed = Condition()
        self._calls: deque[Callable[[], object]] = deque()
        self._rung = False  # since the thread last looked at the calls
        self._selector = selectors.DefaultSelector()
        self._bell, self._rope = os.pipe()
        for end in (self._bell, self._rope):
            os.set_blocking(end, False)
        self._selector.register(self._bell, selectors.EVENT_READ, None)
        self._pool = ThreadPoolExecutor(workers, "socket-work")

    def start(self) -> None:
        self._thread.start()

    def adopt(self, sock: socket.socket, headers: Headers, path: str, route: SocketRoute) -> None:
        """Take over a socket whose upgrade request was read (headers in lower case), unanswered."""
        conversation = Conversation(
            door=self._door, refusal=route.refusal, shakes_hands=route.shakes_hands
        )
        peer = Peer(sock, path, self._tell, conversation)
        begin = partial(self._begin, headers=headers, route=route)
        self._call(partial(self._alone, peer, begin))

    def close_all(self, code: int = SERVICE_RESTART) -> None:
        """Close every peer once what it sent is handled; also whoever comes later. Safe in a
        signal's handler."""
        self._call(partial(self._close_all, code))

    def finish(self, seconds: float) -> None:
        """Wait until all have closed and what they sent is handled; drop who has not by then."""
        self._call(partial(self._close_all, SERVICE_RESTART))
        with self._changed:
            self._changed.wait_for(
                lambda: self._leaving and not self._peers and not self._working, seconds
            )
        self._call(self._stop)
        self._thread.join(seconds)
        self._pool.shutdown()

    def _run(self) -> None:
        next_look = time.monotonic()
        while not self._over:
            for key, mask in self._selector.select(self._times.look if self._peers else None):
                if key.data is None:
                    os.read(self._bell, 4096)
                else:
                    self._alone(key.data, partial(self._serve, mask=mask))
            self._rung = False
            # Not those that come meanwhile: who says much would keep all others waiting.
            for _ in range(len(self._calls)):
                self._calls.popleft()()
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + self._times.look
                for peer in list(self._peers):
                    self._alone(peer, self._look_after)
        self._selector.close()
        os.close(self._bell)
        os.close(self._rope)

    def _call(self, function: Callable[[], object]) -> None:
        self._calls.append(function)
        if self._rung:
            return
        self._rung = True
        try:
            os.write(self._rope, b".")
        except OSError:
            return  # it rings already, or the hub has stopped

    def _tell(self, peer: Peer, act: Callable[[Conversation], None]) -> None:
        def told(peer: Peer) -> None:
            act(peer.conversation)
            self._settle(peer)

        self._call(partial(self._alone, peer, told))

    def _alone(self, peer: Peer, step: Callable[[Peer], None]) -> None:
        """A fault costs the peer that it befell, never the thread of all."""
        try:
            step(peer)
        except Exception:
            logger.exception("%s: dropped", peer.path)
            self._drop(peer)

    def _begin(self, peer: Peer, headers: Headers, route: SocketRoute) -> None:
        peer.sock.setblocking(False)
        self._peers.add(peer)
        self._count(1)
        peer.conversation.begin(headers, peer.path)
        if not peer.conversation.finished:
            peer.receive = route.open(peer)
        if self._leaving:
            peer.conversation.break_off(SERVICE_RESTART, "")
        self._settle(peer)

    def _close_all(self, code: int) -> None:
        self._leaving = True
        for peer in list(self._peers):
            peer.close(code)
        self._notify()

    def _stop(self) -> None:
        for peer in list(self._peers):
            self._drop(peer)
        self._over = True

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _serve(self, peer: Peer, mask: int) -> None:
        if peer in self._peers and mask & selectors.EVENT_READ:
            self._read(peer)
        self._settle(peer)

    def _read(self, peer: Peer) -> None:
        try:
            data = peer.sock.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(peer)  # what came before is handled all the same
            return
        peer.heard = time.monotonic()
        peer.conversation.feed(data)

    def _settle(self, peer: Peer) -> None:
        """Handle what can be handled now, send what can be sent, watch for the rest."""
        self._advance(peer)
        if peer in self._peers:
            self._flush(peer)
        if peer in self._peers:
            self._watch(peer)

    def _advance(self, peer: Peer) -> None:
        talk = peer.conversation
        while talk.inbox and not peer.busy:
            if isinstance(talk.inbox[0], str):
                peer.busy = True
                self._working.add(peer)
                self._pool.submit(self._work, peer, talk.take_texts(BATCH, BATCH_SIZE))
                return
            item = talk.inbox.pop(0)
            if isinstance(item, Ping):
                talk.pong(item)
            elif not isinstance(item, str):
                talk.close(item.code, item.reason)
                if talk.closing and peer.closed is None:
                    peer.closed = time.monotonic()

    def _work(self, peer: Peer, texts: list[str]) -> None:
        try:
            with self._context():
                peer.receive(texts)
        except UnavailableError as error:
            logger.error("%s: %s", peer.path, error)
            self._tell(peer, lambda talk: talk.give_up(TRY_AGAIN, "Service Unavailable"))
        except Exception:
            logger.exception("%s: %d messages could not be handled", peer.path, len(texts))
            self._tell(peer, lambda talk: talk.give_up(INTERNAL_ERROR, "Internal Server Error"))
        self._call(partial(self._alone, peer, self._rest))

    def _rest(self, peer: Peer) -> None:
        peer.busy = False
        self._working.discard(peer)
        self._settle(peer)
        self._notify()

    def _flush(self, peer: Peer) -> None:
        talk = peer.conversation
        try:
            while talk.out:
                del talk.out[: peer.sock.send(talk.out)]
            if talk.closing and talk.deaf and not peer.half_closed:
                # To close with bytes of the peer unread would reset it before it saw our close.
                peer.half_closed = True
                peer.sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            if len(talk.out) > OUTBOX:
                logger.warning("%s: dropped, since it reads too slowly", peer.path)
                self._drop(peer)
            return
        except OSError:
            self._drop(peer)
            return
        if talk.finished:
            self._drop(peer)

    def _watch(self, peer: Peer) -> None:
        talk = peer.conversation
        full = len(talk.inbox) >= INBOX or talk.waiting >= INBOX_SIZE
        mask = 0 if full and not talk.deaf else selectors.EVENT_READ
        if talk.out:
            mask |= selectors.EVENT_WRITE
        if mask == peer.mask:
            return
        if not peer.mask:
            self._selector.register(peer.sock, mask, peer)
        elif not mask:
            self._selector.unregister(peer.sock)
        else:
            self._selector.modify(peer.sock, mask, peer)
        peer.mask = mask

    def _look_after(self, peer: Peer) -> None:
        """Drop who is gone, hurry who does not say who it is, ask the others for a sign."""
        times, now, talk = self._times, time.monotonic(), peer.conversation
        if peer.closed is not None:
            if now - peer.closed > times.close:
                self._drop(peer)
        elif not peer.mask & selectors.EVENT_READ:
            peer.heard = now  # it is we who do not listen
        elif now - peer.heard > times.silence:
            logger.info("%s: dropped, silent for %d s", peer.path, times.silence)
            self._drop(peer)
        elif talk.awaits_auth and not talk.deaf and now - peer.begun > times.auth:
            talk.turn_away(EXPECTED_AUTH)
            self._settle(peer)
        elif now - peer.pinged > times.ping:
            peer.pinged = now
            talk.ping()
            self._settle(peer)

    def _drop(self, peer: Peer) -> None:
        if peer in self._peers:
            self._count(-1)
        self._peers.discard(peer)
        if peer.mask:
            self._selector.unregister(peer.sock)
            peer.mask = 0
        peer.sock.close()
        self._notify()
