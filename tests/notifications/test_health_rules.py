"""What tries say of a channel: its breaker, when it is given up on, and what people are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from headwater.errors import DeliveryError
from headwater.notifications.rules.health import (
    FIRST_REST,
    LONGEST_REST,
    Change,
    Health,
    HealthState,
    after_failure,
    after_success,
    after_test,
    turned_off,
    turned_on,
)

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
BUSY = DeliveryError("it answered 500")
DENIED = DeliveryError("it answered 403", permanent=True)


def fail(health=None, times=1, error=BUSY, status=500, at=NOW, every=SECOND):
    """Return the health after so many failures, and what was to be told."""
    health, told = health or Health(), []
    for number in range(times):
        health, change = after_failure(health, error, status, at + number * every)
        told += [change] if change else []
    return health, told


def open_breaker():
    return fail(times=5)[0]


def test_the_breaker_opens_at_the_fifth_of_failures_alone():
    assert fail(times=4)[0].state is HealthState.DEGRADED
    health = open_breaker()

    assert health.state is HealthState.PAUSED
    assert health.open_until == NOW + 4 * SECOND + timedelta(seconds=FIRST_REST)


def test_failures_longer_ago_than_five_minutes_do_not_open_it():
    assert fail(times=8, every=timedelta(seconds=76))[0].open_until is None


@pytest.mark.parametrize(("successes", "failures", "opens"), [(3, 7, True), (4, 7, False)])
def test_it_opens_where_seven_of_ten_fail(successes, failures, opens):
    health, _ = fail()
    for _ in range(successes):
        health, _ = after_success(health, NOW)
    health, _ = fail(health, failures - 1)

    assert (health.open_until is not None) is opens


def test_each_rest_is_twice_as_long_up_to_ten_minutes():
    health, rests = open_breaker(), []
    for _ in range(7):
        at = health.open_until
        health, _ = fail(health, at=at)
        rests.append((health.open_until - at).total_seconds())

    assert rests == [60, 120, 240, 480, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_what_ends_while_it_is_open_neither_closes_it_nor_makes_the_rest_longer():
    health = open_breaker()
    later, _ = fail(health)
    assert later.open_until == health.open_until

    later, change = after_success(health, NOW + 5 * SECOND)
    assert (later.open_until, change) == (health.open_until, None)


def test_a_success_after_the_rest_closes_it():
    health = open_breaker()
    closed, change = after_success(health, health.open_until)

    assert (closed.state, closed.opens, change) == (HealthState.HEALTHY, 0, Change.RECOVERED)


def test_an_answer_that_finds_fault_with_a_message_alone_closes_it_too():
    health = open_breaker()
    closed, _ = fail(health, error=DENIED, status=400, at=health.open_until)

    assert closed.state is HealthState.DEGRADED


def test_too_many_messages_say_nothing_of_the_channel():
    limited = DeliveryError("too many", limited=True, retry_after=7)

    assert fail(times=9, error=limited, status=429) == (Health(), [])


def test_final_refusals_do_not_open_the_breaker():
    assert fail(times=9, error=DENIED, status=400)[0].state is HealthState.DEGRADED


@pytest.mark.parametrize(
    ("error", "status"),
    [(DeliveryError("no_service", gone=True), 404), (DENIED, 410)],
)
def test_what_is_gone_is_disabled_at_once(error, status):
    health, told = fail(error=error, status=status)

    assert (health.state, told) == (HealthState.DISABLED, [Change.DISABLED])
    assert health.closed_to_all == f"the channel is disabled: {error}"


def test_a_failure_that_will_pass_is_no_end_whatever_its_status():
    assert fail(status=410)[0].state is HealthState.DEGRADED


@pytest.mark.parametrize("status", [401, 403, 404])
def test_who_is_denied_thrice_over_an_hour_is_disabled(status):
    def state(times, every):
        return fail(times=times, error=DENIED, status=status, every=every)[0].state

    assert state(30, SECOND) is HealthState.DEGRADED
    assert state(2, HOUR) is HealthState.DEGRADED
    assert state(3, HOUR / 2) is HealthState.DISABLED


def test_a_success_between_makes_denials_count_anew():
    health, _ = fail(times=2, error=DENIED, status=401, every=HOUR)
    health, _ = after_success(health, NOW + HOUR)

    assert fail(health, error=DENIED, status=401, at=NOW + 2 * HOUR)[0].disabled is None


@pytest.mark.parametrize(
    ("times", "every", "disabled"),
    [(20, DAY / 4, False), (21, DAY / 4, True), (19, DAY, False), (20, DAY, True)],
)
def test_five_days_and_twenty_tries_without_success_disable(times, every, disabled):
    assert (fail(times=times, every=every)[0].disabled is not None) is disabled


def test_people_are_told_once_of_an_illness():
    health, told = fail(times=100, every=SECOND)
    assert told == [Change.DEGRADED]

    health, change = after_success(replace(health, open_until=NOW), NOW + HOUR)
    assert change is Change.RECOVERED
    assert after_success(health, NOW + HOUR)[1] is None


def test_two_failures_are_not_worth_telling():
    health, told = fail(times=2)

    assert told == []
    assert after_success(health, NOW)[1] is None


def test_what_comes_and_goes_is_told_once_an_hour():
    health, told = Health(), []
    for minute in range(150):
        at = NOW + timedelta(minutes=minute)
        health, changes = fail(health, times=3, at=at)
        health, change = after_success(replace(health, open_until=None), at)
        told += [*changes, *([change] if change else [])]

    assert told == [Change.DEGRADED, Change.RECOVERED] * 3


def test_what_only_goes_well_leaves_nothing_to_keep_but_its_time():
    health = Health()
    for _ in range(100):
        health, _ = after_success(health, NOW)

    assert health == Health(last_success=NOW)
    assert health.is_well


def test_a_few_of_the_tries_are_kept_however_many_there_are():
    assert len(fail(times=500, every=SECOND / 10)[0].recent) <= 40


def test_what_a_person_turned_off_stays_so():
    off = turned_off(open_breaker(), "moving", NOW)
    assert (off.state, off.closed_to_all) == (HealthState.OFF, "the channel is off: moving")

    for health, change in (after_success(off, NOW), after_test(off, NOW), (fail(off)[0], None)):
        assert (health.state, change) == (HealthState.OFF, None)


def test_a_good_test_enables_what_was_disabled():
    health, _ = fail(times=3, error=DENIED, status=403, every=HOUR)
    health, change = after_test(health, NOW + DAY)

    assert (health.state, change) == (HealthState.HEALTHY, Change.RECOVERED)


def test_one_that_is_turned_on_again_is_over_its_illness_only_once_something_got_through():
    health, _ = fail(times=3, error=DENIED, status=403, every=HOUR)
    health = turned_on(health)
    assert (health.state, health.told) == (HealthState.HEALTHY, Change.DEGRADED)

    assert fail(health, times=5)[1] == []
    assert after_success(health, NOW)[1] is Change.RECOVERED
