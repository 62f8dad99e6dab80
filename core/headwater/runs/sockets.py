"""How clients follow logs over a socket: a filter, then each line that meets it and comes in."""

import time
from collections.abc import Sequence

from flask import current_app

from headwater.db.criteria import Condition
from headwater.db.session import reading
from headwater.runs.queries.logs import (
    list_last_positions,
    list_logs_at,
    list_new_positions,
    logs_wanted,
)
from headwater.runs.schemas.logs import LogFilter
from headwater.web.context import current_workspace
from headwater.web.sockets.closing import PROTOCOL_ERROR, TRY_AGAIN
from headwater.web.sockets.following import Follower, Look, Positions, TellEach, read_filter
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive, SocketRoute
from headwater.web.wire import dump

FOLLOWER = "headwater-log-follower"  # where the app keeps it
# Nobody signals it: on PostgreSQL that would cost each batch of lines a round trip, for the few
# who follow. They look once in a while.
TOPIC = "logs"
CHUNK = 1000  # lines


class Subscription:
    """What one peer follows. The database knows which lines meet its filter."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._condition: Condition | None = None

    @property
    def is_over(self) -> bool:
        return self._peer.gone

    def receive(self, frames: Sequence[str]) -> None:
        for frame in frames:
            if self._condition is None and not self._begin(frame):
                return

    def give_up(self) -> None:
        self._peer.close(TRY_AGAIN, "Service Unavailable")

    def _begin(self, frame: str) -> bool:
        try:
            wanted, _ = read_filter(frame, LogFilter)
        except ValueError as error:
            self._peer.close(PROTOCOL_ERROR, str(error))
            return False
        self._condition = logs_wanted(current_workspace(), wanted)
        follower: Follower[Subscription] = current_app.extensions[FOLLOWER]
        follower.add(self)
        return True

    def look(self, new: Sequence[int]) -> None:
        """Tell the peer of those lines at *new* positions that it follows."""
        assert self._condition is not None  # noqa: S101  # there is one before it is followed
        with reading() as session:
            rows = list_logs_at(session, self._condition, new)
        for row in rows:
            self._peer.say(dump({"type": "log", "log": row._asdict()}).decode())


def make_follower() -> Follower[Subscription]:
    return Follower(TOPIC, _begin)


def _begin() -> Look[Subscription]:
    with reading() as session:
        positions = Positions(list_last_positions(session), time.monotonic())

    def look(tell_each: TellEach[Subscription]) -> bool:
        now = time.monotonic()
        with reading() as session:
            new = list_new_positions(session, positions.cursor, positions.holes(now), CHUNK)
        positions.see(new, now)
        if new:
            tell_each(lambda subscription: subscription.look(new))
        return len(new) == CHUNK

    return look


def open_logs_out(peer: Peer) -> Receive:
    return Subscription(peer).receive


LOGS_OUT = SocketRoute("/api/logs/out", "runs:read", open_logs_out)
