"""How clients follow the event log over a socket: a filter, then each event that it means.

What occurred lately comes first, unless the client wants none of it; then what comes in.
"""

import time
from collections.abc import Container, Sequence
from datetime import timedelta
from threading import Lock
from uuid import UUID

from flask import current_app

from headwater import clock
from headwater.db.session import reading
from headwater.events.queries.reading import SHOWN
from headwater.events.rules.matching import Told, means
from headwater.events.schemas.filters import EventFilter, EventOrder, Period
from headwater.events.service import reading as service
from headwater.events.sockets.following import FOLLOWER, FollowsEvents, New, write_frame
from headwater.web.context import current_workspace
from headwater.web.sockets.closing import PROTOCOL_ERROR, TRY_AGAIN
from headwater.web.sockets.following import Follower, read_filter
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive, SocketRoute

BACK = timedelta(minutes=15)  # of what occurred before, a client is told that


class Subscription:
    """What one peer follows. It is told of an event once, whether from the log or as news."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._filter: EventFilter | None = None
        self._waiting: list[New] | None = []  # news, until the past is told
        self._told: Container[UUID] = ()  # of the past, as long as it may be news, too
        self._past_told_at = 0.0
        self._lock = Lock()

    @property
    def is_over(self) -> bool:
        return self._peer.gone

    def receive(self, frames: Sequence[str]) -> None:
        for frame in frames:
            if self._filter is None and not self._begin(frame):
                return

    def offer(self, news: Sequence[New], whole_at: float | None) -> None:
        """Tell the peer of those that it follows."""
        with self._lock:
            if self._waiting is not None:
                self._waiting += news
                return
            self._tell(news)
            if whole_at is not None and whole_at > self._past_told_at:
                self._told = ()  # the past was offered again, as far as it ever will be

    def give_up(self) -> None:
        self._peer.close(TRY_AGAIN, "Service Unavailable")

    def _begin(self, frame: str) -> bool:
        try:
            wanted, past = read_filter(frame, EventFilter)
        except ValueError as error:
            self._peer.close(PROTOCOL_ERROR, str(error))
            return False
        self._filter = wanted
        follower: Follower[FollowsEvents] = current_app.extensions[FOLLOWER]
        follower.add(self)  # before the log is read, so that nothing comes between
        if past:
            self._tell_the_past(wanted)
        with self._lock:
            waiting, self._waiting = self._waiting or (), None
            self._tell(waiting)
            self._past_told_at = time.monotonic()
        return True

    def _tell_the_past(self, wanted: EventFilter) -> None:
        now, workspace = clock.now(), current_workspace()
        resolved = wanted.at(now)
        since = max(resolved.occurred.since, now - BACK)
        occurred = Period(since=since, until=resolved.occurred.until)
        past = resolved.model_copy(update={"occurred": occurred, "order": EventOrder.ASC})
        told: set[UUID] = set()
        self._told = told
        with reading() as session:
            for row in service.scan(session, workspace, past, SHOWN):
                if self._peer.gone:
                    return
                told.add(row.id)
                self._peer.say(write_frame(row))

    def _tell(self, news: Sequence[New]) -> None:
        meant = [one.saying for one in news if self._follows(one.told)]
        if meant:
            self._peer.say(*meant)

    def _follows(self, told: Told) -> bool:
        wanted = self._filter
        return wanted is not None and told.id not in self._told and means(wanted, told)


def open_events_out(peer: Peer) -> Receive:
    return Subscription(peer).receive


EVENTS_OUT = SocketRoute("/api/events/out", "events:read", open_events_out)
