"""What the tests of what is held begin with: a policy, and flows that fail at times."""

from uuid import UUID

import pytest
from sqlalchemy import update

from headwater.db.session import write
from headwater.notifications import outbox
from headwater.notifications.loop import groups as loop
from headwater.notifications.models import FlowRunNotificationPolicy
from tests.notifications.held.looking import ONE, START


@pytest.fixture
def make(make_channel, make_policy):
    """Make a policy, with recoveries unless told otherwise, and return its id."""

    def make_one(channel=None, **values):
        policy = make_policy(channel or make_channel())
        statement = update(FlowRunNotificationPolicy).where(
            FlowRunNotificationPolicy.id == UUID(policy)
        )
        values = {"recovery": True} | values
        write(lambda session: session.execute(statement.values(**values)))
        return policy

    return make_one


@pytest.fixture
def fail(make_news):
    """Announce news of a flow at a time."""

    def announce(flow=ONE, now=START, **changes):
        news = make_news(flow_id=flow, **changes)
        write(lambda session: outbox.announce(session, news, now=now))

    return announce


@pytest.fixture
def complete(fail):
    def announce(flow=ONE, now=START):
        fail(flow, now, state_type="COMPLETED", state_name="Completed")

    return announce


@pytest.fixture
def pass_time(send_due):
    """Let the loops do what is due at a time; return when the next group is."""

    def go(now):
        due = loop.tick(now)
        send_due(now)
        return due

    return go
