"""What is old leaves the ledger; what may be told yet stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from headwater import clock
from headwater.db.session import reading
from headwater.notifications.loop import retention
from headwater.notifications.models import Delivery, DeliveryAttempt, Notification

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def told(make_channel, make_policy, tell, send_due, slack):
    """Two deliveries that were sent, of one notification each, and one that waits."""
    make_policy(make_channel("good"), ["Failed"])
    make_policy(make_channel("busy", url=f"{slack.url}/busy"), ["Crashed"])
    tell({}, {})
    send_due()
    slack.status, slack.text = 503, "busy"
    tell({"state_name": "Crashed", "state_type": "CRASHED"})
    send_due()


def count():
    with reading() as session:
        return [
            session.scalar(select(func.count()).select_from(one.__table__))
            for one in (Notification, Delivery, DeliveryAttempt)
        ]


def test_what_is_over_goes_with_its_attempts_and_what_waits_stays(told):
    now = clock.now()
    retention.tick(now, rows=DAY, answers=DAY)
    assert count() == [3, 3, 3]

    retention.tick(now + DAY + SECOND, rows=DAY, answers=DAY)
    assert count() == [1, 1, 1]


def test_answers_go_before_the_attempts_that_got_them(told, deliveries):
    retention.tick(clock.now() + DAY + SECOND, rows=3 * DAY, answers=DAY)

    tries = [one for delivery in deliveries() for one in delivery["tries"]]
    assert [one["response"] for one in tries] == [None] * 3
    assert {one["status"] for one in tries} == {200, 503}


def test_much_goes_in_batches_with_room_for_others_between_them(told, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    later = clock.now() + DAY + SECOND

    assert retention.tick(later, rows=DAY, answers=9 * DAY) == later + retention.SOON
    assert count() == [2, 2, 2]
    retention.tick(later, rows=DAY, answers=9 * DAY)
    assert retention.tick(later, rows=DAY, answers=9 * DAY) == later + retention.EVERY
    assert count() == [1, 1, 1]
