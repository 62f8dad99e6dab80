"""From the outbox through quiet hours: what is held, told after them, and dropped."""

from datetime import timedelta

import pytest

from headwater import clock
from tests.notifications.held.looking import (
    GROUPED,
    ONE,
    START,
    TWO,
    WAIT,
    find_groups,
    states,
    titles,
)

OWN = "/api/headwater/policies/"


def night(begins, ends, **more):
    """Quiet hours from one time to the other, both within a day of now."""
    return {"timezone": "UTC", "start": f"{begins:%H:%M}", "end": f"{ends:%H:%M}", **more}


@pytest.fixture
def quiet():
    """Quiet hours that end in an hour or two."""
    return night(START - timedelta(hours=1), START + timedelta(hours=2))


@pytest.fixture
def morning():
    return (START + timedelta(hours=2)).replace(second=0, microsecond=0)


def test_quiet_hours_end_with_one_digest(make, fail, pass_time, slack, deliveries, quiet, morning):
    make(quiet_hours=quiet)
    for number in range(3):
        fail(ONE, START + timedelta(minutes=number))
    assert pass_time(morning - timedelta(seconds=1)) == morning
    assert slack.received == []
    assert {one["reason"] for one in deliveries()} == {
        f"quiet hours until {morning:%Y-%m-%d %H:%M} UTC"
    }
    assert {one["due"] for one in deliveries()} == {f"{morning:%Y-%m-%dT%H:%M:%SZ}"}

    pass_time(morning)
    (text,) = titles(slack)
    assert text.startswith("3 notifications: 3 Failed, from ")
    assert text.endswith("in quiet hours")


def test_in_quiet_hours_what_is_dropped_is_in_the_ledger_with_the_reason(
    make, fail, complete, pass_time, slack, deliveries, quiet, morning
):
    make(quiet_hours=quiet | {"then": "drop"})
    fail()
    complete(now=morning)
    assert pass_time(morning) is None

    assert slack.received == []
    (one,) = deliveries()
    assert (one["state"], one["reason"]) == (
        "suppressed",
        f"quiet hours until {morning:%Y-%m-%d %H:%M} UTC",
    )


def test_what_is_bad_enough_is_told_in_quiet_hours(make, fail, pass_time, slack, deliveries, quiet):
    make(quiet_hours=quiet | {"breaks_through": "error"}, state_names=[])
    fail(state_type="CANCELLED", state_name="Cancelled")
    fail()
    pass_time(START)

    assert "Failed" in titles(slack)[0]
    assert sorted(states(deliveries)) == ["held", "sent"]


def test_a_recovery_after_a_digest_closes_what_the_digest_opened(
    make, fail, complete, pass_time, slack, quiet, morning
):
    make(quiet_hours=quiet)
    fail()
    fail(TWO)
    pass_time(morning)
    complete(ONE, morning + timedelta(hours=1))
    pass_time(morning + timedelta(hours=1))
    complete(TWO, morning + timedelta(hours=2))
    assert pass_time(morning + timedelta(hours=2)) is None

    *first, last = titles(slack)
    assert [text.split(" (")[0].split(", from")[0] for text in first] == [
        "2 notifications: 2 Failed",
        "1 notification: 1 recovered, 1 problem left",
    ]
    assert "a Completed state" in last
    assert find_groups() == []


def test_a_zone_that_this_machine_does_not_know_keeps_nothing_from_being_told(
    make, fail, pass_time, slack, quiet, caplog
):
    make(quiet_hours=quiet | {"timezone": "Mars/Olympus"})
    fail()
    pass_time(START)

    assert len(slack.received) == 1
    assert "Mars/Olympus" in caplog.text


def test_what_is_held_is_looked_at_by_what_its_policy_says_now(
    make, fail, pass_time, slack, quiet, morning, client
):
    policy = make(quiet_hours=quiet)
    fail()
    later = quiet | {"end": f"{morning + timedelta(hours=1):%H:%M}"}
    client.patch(OWN + policy, json={"quiet_hours": later})
    assert pass_time(clock.now()) == morning + timedelta(hours=1)
    assert slack.received == []

    assert client.patch(OWN + policy, json={"quiet_hours": None}).json["quiet_hours"] is None
    pass_time(clock.now())
    assert len(slack.received) == 1


@pytest.mark.parametrize("values", [{"grouping": GROUPED}, {"quiet_hours": "drop"}])
def test_what_is_held_or_dropped_can_be_sent_at_once(
    make, fail, pass_time, slack, deliveries, quiet, client, values
):
    make(**({"quiet_hours": quiet | {"then": "drop"}} if "quiet_hours" in values else values))
    fail()
    url = f"/api/headwater/notifications/{deliveries()[0]['id']}/resend"

    assert client.post(url).status_code == 204
    pass_time(clock.now() + WAIT)
    assert len(slack.received) == 1
    assert states(deliveries) == ["sent"]
