"""How what is due is found among much that is due, and what is left to others."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, insert

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.base import db
from headwater.notifications.models import Delivery, Notification
from headwater.notifications.queries import claims, outbox

CHANNELS, EACH, QUEUED = 3, 4, 2_000
READS = re.compile(r"(?:SCAN|SEARCH|Scan\b.*\bon)\s+(?:delivery\s+)?(one\w*)\b.*")


@pytest.fixture
def queued(session):
    """Queue deliveries for three channels, all due at once; return the channels' ids."""
    now = clock.now() - timedelta(minutes=1)
    channels = [uuid4() for _ in range(CHANNELS)]
    news = [
        {
            "id": uuid4(),
            "workspace_id": DEFAULT_WORKSPACE,
            "created": now,
            "policy_id": uuid4(),
            "state_id": uuid4(),
            "flow_run_id": uuid4(),
            "news": {},
        }
        for _ in range(QUEUED)
    ]
    rows = [
        {
            "id": uuid4(),
            "workspace_id": DEFAULT_WORKSPACE,
            "created": now,
            "notification_id": one["id"],
            "channel_id": channels[number % CHANNELS],
            "due": now,
        }
        for number, one in enumerate(news)
    ]
    session.execute(insert(Notification), news)
    session.execute(insert(Delivery), rows)
    return channels


def look(session, busy=(), limit=16):
    skip = db.engine.dialect.name == "postgresql"
    now = clock.now()
    return claims.list_due(session, now, list(busy), limit, EACH, skip_locked=skip)


def test_of_each_channel_a_few_are_taken_and_of_the_busy_ones_none(session, queued):
    busy, *free = queued
    taken = [row.channel_id for row in look(session, [busy])]

    assert {channel: taken.count(channel) for channel in queued} == {
        busy: 0,
        **dict.fromkeys(free, EACH),
    }


def test_there_are_no_more_than_there_is_room_for(session, queued):
    assert len(look(session, limit=5)) == 5


def test_something_is_due_unless_its_channel_is_busy_or_rests(session, queued):
    busy, resting, free = queued
    until = clock.now() + timedelta(minutes=1)
    outbox.pause_channel(session, DEFAULT_WORKSPACE, resting, until)

    assert claims.has_due(session, clock.now(), [busy])
    assert not claims.has_due(session, clock.now(), [busy, free])
    assert not claims.has_due(session, clock.now() - timedelta(hours=1), [])


@pytest.mark.parametrize("ask", [look, lambda session: claims.has_due(session, clock.now(), [])])
def test_no_look_goes_through_all_that_is_due(session, queued, ask):
    seen = []

    def note(_connection, _cursor, statement, values, *_):
        seen.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    ask(session)
    event.remove(db.engine, "before_cursor_execute", note)

    (asked,) = seen
    kind = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[db.engine.dialect.name]
    rows = session.connection().exec_driver_sql(f"{kind} {asked[0]}", asked[1]).all()
    steps = [step for row in rows if READS.search(step := str(row[-1]))]

    assert len(steps) >= 2, rows  # the channels, and a few deliveries of each
    assert all("ix_delivery_next" in step for step in steps), steps
