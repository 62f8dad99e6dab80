"""What pages show of the log: counts over time, one event, what follows it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.errors import NotFoundError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.events.schemas.filters import EventFilter, EventText
from headwater.events.service.overviews import count_over_time, get_event, list_followers

WORKSPACE = DEFAULT_WORKSPACE
START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def happen(session):
    """Append an event that occurred so long after START."""

    def append(after=timedelta(0), **more):
        event = Event(
            id=uuid4(), occurred=START + after, event="a", resource=make_resource("b"), **more
        )
        log.append(session, WORKSPACE, [event], now=START)
        return event

    return append


@pytest.mark.parametrize("text", [None, "+a"])
def test_each_event_is_counted_in_the_interval_where_it_occurred(session, happen, text):
    for after in (timedelta(0), MINUTE - timedelta(microseconds=1), MINUTE, 5 * MINUTE):
        happen(after)
    happen(-timedelta(microseconds=1))
    wanted = EventFilter(text=EventText(query=text) if text else None).at(START)

    counts = count_over_time(session, WORKSPACE, wanted, START, START + 5 * MINUTE, 60)

    assert dict(counts.by_interval) == {0: 2, 1: 1}
    assert counts.since is None


def test_an_event_of_another_workspace_is_not_there(session, happen):
    event = happen()

    assert get_event(session, WORKSPACE, event.id)["event"] == "a"
    with pytest.raises(NotFoundError):
        get_event(session, UUID(int=8), event.id)


def test_followers_are_those_nearby_in_their_order(session, happen):
    leader = happen()
    second = happen(2 * MINUTE, follows=leader.id)
    first = happen(MINUTE, follows=leader.id)
    happen(timedelta(hours=1), follows=leader.id)

    found = list_followers(session, WORKSPACE, leader.id, leader.occurred)

    assert [one["id"] for one in found] == [first.id, second.id]
