"""The socket of a task worker: one task run at a time, the next when it says that it has it."""

import json
import logging
from collections.abc import Sequence
from functools import partial
from threading import Lock
from uuid import UUID

from flask import current_app
from pydantic import ValidationError

from headwater import clock
from headwater.db.session import reading, write
from headwater.errors import HeadwaterError
from headwater.ids import uuid7
from headwater.runs.queries import task_claims as claims
from headwater.runs.schemas.shown import show_task_run
from headwater.web.context import current_workspace
from headwater.web.sockets.closing import NORMAL
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive
from headwater.web.wire import dump
from headwater.work.schemas.task_workers import Subscription
from headwater.work.service import task_workers as service
from headwater.work.sockets.offering import OFFERING, Offering

VIOLATION = 4001
_MISSING = {
    "type": "expected 'subscribe' message",
    "keys": "expected 'keys' in subscribe message",
    "client_id": "expected 'client_id' in subscribe message",
}
logger = logging.getLogger(__name__)


def open_task_worker(peer: Peer) -> Receive:
    return TaskWorkerSocket(peer).receive


class TaskWorkerSocket:
    """Its frames come one batch at a time; offers come from another thread, too."""

    def __init__(self, peer: Peer) -> None:
        self.id = uuid7()
        self.peer = peer
        self._lock = Lock()
        self._wanted: Subscription | None = None
        self._workspace: UUID | None = None
        self._given: UUID | None = None  # and not acknowledged yet
        self._left = False

    def receive(self, frames: Sequence[str]) -> None:
        for frame in frames:
            if self._wanted is None:
                self._subscribe(frame)
            else:
                self._answer(frame)

    def _subscribe(self, frame: str) -> None:
        try:
            wanted = Subscription.model_validate_json(frame)
        except ValidationError as error:
            wrong = {str(each["loc"][0]) for each in error.errors() if each["loc"]}
            first = next((name for name in _MISSING if name in wrong), "type")
            self._close(VIOLATION, f"Protocol violation: {_MISSING[first]}")
            return
        workspace, now = current_workspace(), clock.now()
        write(lambda session: service.join(session, workspace, self.id, wanted, now=now))
        self._workspace, self._wanted = workspace, wanted
        offering: Offering = current_app.extensions[OFFERING]
        offering.add(current_app._get_current_object(), self)  # type: ignore[attr-defined]  # it is a proxy
        self.offer()

    def _answer(self, frame: str) -> None:
        kind = _read_type(frame)
        with self._lock:
            given, self._given = self._given, None
        if kind == "quit":
            self._close(NORMAL)
        elif kind == "ack" and given is not None:
            run_id, now = given, clock.now()
            write(lambda session: service.acknowledge(session, self.id, run_id, now=now))
            self.offer()
        elif given is not None:
            write(lambda session: claims.give_back(session, given, self.id))
            self._close(VIOLATION, "Protocol violation: expected 'ack' message")

    def _close(self, code: int, reason: str = "") -> None:
        self.peer.close(code, reason)

    def offer(self) -> None:
        """Give the worker a task run, if one waits and it has acknowledged what it was given."""
        with self._lock:
            if self._given is not None or self._wanted is None or self._left:
                return
            keys, workspace, now = self._wanted.keys, self._workspace, clock.now()
            assert workspace is not None  # noqa: S101  # it came with what is wanted
            with reading() as session:
                if not claims.has_waiting(session, workspace, keys, now):
                    return
            take = partial(service.take, worker_id=self.id, keys=keys, now=now)
            run = write(lambda session: take(session, workspace))
            if run is None:
                return
            self._given = run["id"]
            self.peer.say(dump(show_task_run(run, now)).decode())

    def leave(self) -> None:
        """Forget the worker, since its socket is closed."""
        with self._lock:
            given, self._given, self._left = self._given, None, True
        try:
            write(lambda session: service.leave(session, self.id, given))
        except HeadwaterError:
            logger.exception("a task worker that left is not forgotten yet")


def _read_type(frame: str) -> object:
    try:
        parsed = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    return parsed.get("type") if isinstance(parsed, dict) else None
