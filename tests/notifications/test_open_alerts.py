"""Services of alerts are left with nothing open once what failed works again, whenever it failed:
by day, in quiet hours, or in both."""

from datetime import timedelta
from uuid import uuid4

import pytest

from headwater import clock
from headwater.db.session import write
from headwater.notifications import outbox
from headwater.notifications.loop import groups as loop
from headwater.notifications.rules.digests import MOST_LINES

ONE, TWO = uuid4(), uuid4()  # flows
OVER = {"state_type": "COMPLETED", "state_name": "Completed"}
WORRYING = {"state_type": "CANCELLED", "state_name": "Cancelled"}
START = clock.now().replace(second=0, microsecond=0)
DAY, NIGHT, MORNING = (START + timedelta(hours=hour) for hour in (-2, 0, 2))


@pytest.fixture
def make(make_own, pager):
    """Make a policy that is quiet for hours, to the pager."""
    hours = {
        "timezone": "UTC",
        "start": f"{START - timedelta(hours=1):%H:%M}",
        "end": f"{MORNING:%H:%M}",
    }
    return lambda **more: make_own(pager, quiet_hours=hours | more)


@pytest.fixture
def happen(make_news, send_due):
    """Announce news of a flow at a time, and let the loops do what is due then."""

    def announce(now, flow=ONE, **changes):
        news = make_news(flow_id=flow, state_timestamp=now, **changes)
        write(lambda session: outbox.announce(session, news, now=now))
        pass_time(now)

    def pass_time(now):
        loop.tick(now)
        send_due(now)

    announce.pass_time = pass_time
    return announce


@pytest.fixture
def opened(fakes):
    return lambda: fakes.open_alerts("pagerduty")


@pytest.mark.parametrize("later", [NIGHT, MORNING + timedelta(minutes=1)])
def test_what_is_told_alone_of_a_problem_of_a_group_is_of_its_alert(make, happen, opened, later):
    make(breaks_through="error")
    happen(NIGHT, **WORRYING)
    happen.pass_time(MORNING if later > MORNING else NIGHT)
    happen(later)
    happen.pass_time(MORNING + timedelta(minutes=2))
    assert len(opened()) == 1

    happen(MORNING + timedelta(hours=1), **OVER)
    assert opened() == {}


def test_a_digest_of_what_was_told_alone_before_is_of_its_alert(make, happen, opened):
    make()
    happen(DAY)
    happen(NIGHT)
    happen(NIGHT)
    happen.pass_time(MORNING)
    assert list(opened().values()) == [2]

    happen(MORNING + timedelta(hours=1), **OVER)
    assert opened() == {}


def test_a_digest_finds_the_alert_of_a_problem_that_comes_after_many_good_news(
    make, happen, opened
):
    make()
    happen(DAY)
    for _ in range(MOST_LINES):
        happen(NIGHT, TWO, state_type="RUNNING", state_name="Running")
    happen(NIGHT + timedelta(minutes=1))
    happen.pass_time(MORNING)
    assert list(opened().values()) == [2]

    happen(MORNING + timedelta(hours=1), **OVER)
    assert opened() == {}


def test_one_alone_after_quiet_hours_is_of_the_alert_that_it_had_before(make, happen, opened):
    make()
    happen(DAY)
    happen(NIGHT)
    happen.pass_time(MORNING)
    assert list(opened().values()) == [2]

    happen(MORNING + timedelta(hours=1), **OVER)
    assert opened() == {}


def test_a_group_whose_problems_are_over_is_closed_though_another_goes_on_by_itself(
    make, happen, opened
):
    make()
    happen(DAY)
    happen(NIGHT, TWO)
    happen.pass_time(MORNING)
    next_night = NIGHT + timedelta(days=1)
    happen(next_night)
    happen(next_night, TWO, **OVER)
    happen.pass_time(MORNING + timedelta(days=1))
    assert len(opened()) == 1

    happen(MORNING + timedelta(days=1, hours=1), **OVER)
    assert opened() == {}


def test_a_digest_with_a_new_problem_is_an_alert_of_its_own_until_that_is_over(
    make, happen, opened
):
    make()
    happen(DAY)
    happen(NIGHT)
    happen(NIGHT, TWO)
    happen.pass_time(MORNING)
    assert len(opened()) == 2

    happen(MORNING + timedelta(hours=1), **OVER)
    assert len(opened()) == 1
    happen(MORNING + timedelta(hours=2), TWO, **OVER)
    assert opened() == {}
