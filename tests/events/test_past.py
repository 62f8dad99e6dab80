"""What one who follows events keeps of the past that it was told."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import inf
from threading import enumerate as list_threads
from typing import Any, cast
from uuid import UUID

import pytest
from flask import current_app
from flask.testing import FlaskClient

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.session import reading
from headwater.events.queries.reading import list_after
from headwater.events.sockets import FOLLOWER, make_follower
from headwater.events.sockets.following import New
from headwater.events.sockets.outgoing import Subscription
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.saying import Saying
from tests.sockets.keeping import kinds_kept_by
from tests.waiting import wait_until

NewEvent = Callable[..., dict[str, Any]]
EVERYTHING = json.dumps({"type": "filter", "filter": {}})


class Ears:
    """A peer that notes the ids of the events that it is told."""

    def __init__(self) -> None:
        self.gone = False
        self.heard: list[str] = []

    def say(self, *said: str | Saying) -> None:
        for one in said:
            frame = json.loads(one if isinstance(one, str) else one.text)
            self.heard.append(frame["event"]["id"])


class Unfollowed:
    """Stands in for what follows the log, where a test offers the news."""

    def add(self, subscription: Subscription) -> None: ...


@pytest.fixture
def ears() -> Iterator[Ears]:
    ears = Ears()
    yield ears
    ears.gone = True
    for thread in list_threads():
        if thread.name.startswith("following"):
            thread.join()


@pytest.fixture
def tell(client: FlaskClient, new_event: NewEvent) -> Callable[[], str]:
    """Return what adds an event of now to the log, and gives its id."""

    def add() -> str:
        event = new_event(occurred=datetime.now(UTC).isoformat())
        assert client.post("/api/events", json=[event]).status_code == 204
        return str(event["id"])

    return add


def test_the_past_is_told_once_though_it_is_offered_as_news(
    ears: Ears, tell: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(current_app.extensions, FOLLOWER, Unfollowed())
    told, before = [tell(), tell()], time.monotonic()
    subscription = Subscription(cast(Peer, ears))
    subscription.receive([EVERYTHING])
    with reading() as session:
        news = [New(row) for row in list_after(session, DEFAULT_WORKSPACE, 0, [])]

    for whole_at in (None, before, inf):
        subscription.offer(news, whole_at)

    assert ears.heard == told


def test_what_of_the_past_was_told_is_forgotten_when_the_log_was_read_again(
    ears: Ears, tell: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(current_app.extensions, FOLLOWER, make_follower())
    told = [tell(), tell()]
    subscription = Subscription(cast(Peer, ears))
    subscription.receive([EVERYTHING])
    assert UUID in kinds_kept_by(subscription)

    told.append(tell())

    wait_until(lambda: UUID not in kinds_kept_by(subscription))
    assert ears.heard == told
