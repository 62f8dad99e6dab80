"""The channel of a worker: its signs of life in, what is new of its pool out (3.9)."""

import logging
from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from threading import Lock
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Row

from headwater import clock
from headwater.db.session import reading, write
from headwater.errors import ForbiddenError, InvalidError, NotFoundError
from headwater.ids import uuid7
from headwater.runs.queries.slots import list_shown_pools
from headwater.web.context import current_vault, current_workspace
from headwater.web.sockets.closing import INTERNAL_ERROR, POLICY, PROTOCOL_ERROR
from headwater.web.sockets.following import Follower, Look, TellEach
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive
from headwater.web.wire import dump
from headwater.work.queries.pools import work_pool
from headwater.work.schemas import channel as frames
from headwater.work.schemas.pools import WorkPoolResponse
from headwater.work.schemas.workers import Heartbeat
from headwater.work.service import channel, workers
from headwater.work.service.pools import CHANGED

FOLLOWER = "headwater-channel-follower"  # where the app keeps it
logger = logging.getLogger(__name__)


class Reason(Enum):
    """Why a channel is closed, in the words that its clients look for."""

    AUTHENTICATION = "authentication_failed"
    AUTHORIZATION = "authorization_failed"
    VERSION = "unsupported_version"
    PROTOCOL = "protocol_error"
    TRANSIENT = "transient_server_error"  # the worker is to come again


_CODES = {Reason.PROTOCOL: PROTOCOL_ERROR, Reason.TRANSIENT: INTERNAL_ERROR}


class Channel:
    """Its frames come one batch at a time; news of the pool come from another thread, too."""

    def __init__(self, peer: Peer, work_pool_name: str) -> None:
        self._peer, self._pool_name = peer, work_pool_name
        self._hello: frames.Hello | None = None
        self._lock = Lock()
        self._closed = False
        self._sequence = 0
        self._shown: Any = None  # when what was shown last had been changed
        self.workspace: UUID | None = None
        self.pool_id: UUID | None = None

    @property
    def is_over(self) -> bool:
        return self._closed or self._peer.gone

    def give_up(self) -> None:
        self._close(Reason.TRANSIENT, "it cannot be told of its pool")

    def receive(self, texts: Sequence[str]) -> None:
        for text in texts:
            if self._closed:
                return
            try:
                self._take(text)
            except ForbiddenError as error:
                self._close(Reason.AUTHORIZATION, error)
            except (InvalidError, NotFoundError, ValueError) as error:
                self._close(Reason.PROTOCOL, error)

    def _take(self, text: str) -> None:
        frame = frames.FRAME.validate_json(text)
        if self._hello is None:
            if not isinstance(frame, frames.HelloFrame):
                raise InvalidError("a worker says who it is first")
            self._begin(frame.payload)
        elif isinstance(frame, frames.BeatFrame):
            self._beat(frame.payload, self._hello)
        elif isinstance(frame, frames.CleanupFrame):
            self._say("cleanup.operation_result.v1", frames.refuse(frame))
        else:
            raise InvalidError("a worker says once who it is")

    def _begin(self, hello: frames.Hello) -> None:
        if frames.VERSION not in hello.supported_channel_versions:
            self._close(Reason.VERSION, hello.supported_channel_versions)
            return
        workspace, vault, now = current_workspace(), current_vault(), clock.now()
        queues = write(
            lambda session: channel.join(session, workspace, self._pool_name, hello, vault, now=now)
        )
        self.workspace, self.pool_id = workspace, queues[0].work_pool_id
        pool = _list_pools([self]).get(self.pool_id)
        if pool is None:
            raise ForbiddenError("the pool was deleted just now")
        with self._lock:
            self._hello = hello
            self._say("worker.ready.v1", self._ready(hello, queues, pool))
        follower: Follower[Channel] = current_app.extensions[FOLLOWER]
        follower.add(self)

    def _ready(
        self, hello: frames.Hello, queues: Sequence[Row[Any]], pool: Row[Any]
    ) -> dict[str, Any]:
        requested = dict.fromkeys(hello.requested_capabilities)
        return {
            "consumer_id": hello.consumer_id,
            "worker_id": None,
            "selected_channel_version": frames.VERSION,
            "effective_heartbeat_interval_seconds": hello.heartbeat_interval_seconds,
            "accepted_capabilities": frames.CAPABILITIES,
            "rejected_capabilities": [one for one in requested if one not in frames.CAPABILITIES],
            "effective_max_cleanup_concurrency": 0,
            "resolved_work_queues": [{"id": queue.id, "name": queue.name} for queue in queues],
            "initial_snapshot": self._snapshot("initial", pool),
        }

    def _beat(self, beat: frames.Beat, hello: frames.Hello) -> None:
        if (beat.consumer_id, beat.worker_name) != (hello.consumer_id, hello.worker_name):
            raise InvalidError("a worker is who it said it was")
        heartbeat = Heartbeat(
            name=beat.worker_name, heartbeat_interval_seconds=beat.heartbeat_interval_seconds
        )
        workspace, now = current_workspace(), clock.now()
        pool = _list_pools([self]).get(self.pool_id)
        if pool is not None:
            write(lambda session: workers.beat(session, workspace, pool.name, heartbeat, now=now))
        self.show(pool, "heartbeat_reconciliation")

    def show(self, pool: Row[Any] | None, reason: str) -> None:
        """Tell of the pool as it is now, if it was changed; close if it is no more."""
        if pool is None:
            self._close(Reason.AUTHORIZATION, "the pool was deleted")
            return
        with self._lock:
            if self._shown is None or pool.updated > self._shown:
                self._say("work_pool.snapshot.v1", self._snapshot(reason, pool))

    def _snapshot(self, reason: str, pool: Row[Any]) -> dict[str, Any]:
        self._sequence += 1
        self._shown = pool.updated
        shown = {name: getattr(pool, name) for name in WorkPoolResponse.model_fields}
        return {"snapshot_sequence": self._sequence, "reason": reason, "work_pool": shown}

    def _say(self, kind: str, payload: Mapping[str, Any]) -> None:
        frame = {"type": kind, "id": uuid7(), "sent_at": clock.now(), "payload": payload}
        self._peer.say(dump(frame).decode())

    def _close(self, reason: Reason, why: object) -> None:
        logger.info("%s: closed with %s: %s", self._peer.path, reason.value, why)
        self._closed = True
        self._peer.close(_CODES.get(reason, POLICY), reason.value)


def _list_pools(channels: Collection[Channel]) -> dict[UUID | None, Row[Any]]:
    """Return the pools of channels as they are now, by id."""
    pools: dict[UUID | None, Row[Any]] = {}
    with reading() as session:
        for workspace in {each.workspace for each in channels}:
            ids = {each.pool_id for each in channels if each.workspace == workspace}
            wanted = (work_pool.c.workspace_id == workspace, work_pool.c.id.in_(ids))
            pools |= {row.id: row for row in list_shown_pools(session, wanted, len(ids), 0)}
    return pools


def make_follower() -> Follower[Channel]:
    return Follower(CHANGED, _begin, is_signalled=True)


def _begin() -> Look[Channel]:
    def look(tell_each: TellEach[Channel]) -> bool:
        channels: list[Channel] = []
        tell_each(channels.append)
        pools, asked = _list_pools(channels), set(channels)

        def tell(one: Channel) -> None:
            if one in asked:  # not who came meanwhile
                one.show(pools.get(one.pool_id), "work_pool_updated")

        tell_each(tell)
        return False

    return look


def open_channel(peer: Peer, work_pool_name: str) -> Receive:
    return Channel(peer, work_pool_name).receive
