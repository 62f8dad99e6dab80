"""When a delivery is tried again, by the rules alone."""

from datetime import UTC, datetime, timedelta

import pytest

from headwater.errors import DeliveryError
from headwater.notifications.rules.schedule import DELAYS, LONGEST_LIFE, MOST_ATTEMPTS, judge

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
FAILED = DeliveryError("busy")


def seconds_until_next(error, failures=0, jitter=0.5, written=NOW):
    verdict = judge(error, failures, written=written, now=NOW, jitter=jitter)
    return verdict.again and (verdict.again - NOW).total_seconds()


def test_the_delays_are_those_of_the_design():
    waits = [seconds_until_next(FAILED, failures) for failures in range(MOST_ATTEMPTS)]

    minute, hour = 60, 3600
    assert waits[:-1] == [5, 30, 2 * minute, 10 * minute, hour, 3 * hour, 8 * hour, 16 * hour]
    assert waits[-1] is None


@pytest.mark.parametrize("failures", range(len(DELAYS)))
def test_jitter_moves_a_delay_by_a_fifth_at_most(failures):
    assert seconds_until_next(FAILED, failures, jitter=0) == pytest.approx(0.8 * DELAYS[failures])
    assert seconds_until_next(FAILED, failures, jitter=1) == pytest.approx(1.2 * DELAYS[failures])


def test_what_cannot_pass_is_given_up_at_once_with_the_reason():
    verdict = judge(DeliveryError("gone", permanent=True), 0, written=NOW, now=NOW, jitter=0)

    assert (verdict.again, verdict.reason) == (None, "gone")


def test_the_last_attempt_says_that_it_was_the_last():
    verdict = judge(FAILED, MOST_ATTEMPTS - 1, written=NOW, now=NOW, jitter=0)

    assert verdict.reason == "given up after 9 attempts: busy"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(7.0, 7), (0.0, 0), (None, 30), (10 * 365 * 86400.0, 86400)],
)
def test_too_many_waits_as_asked_and_uses_up_no_attempt(asked, seconds):
    error = DeliveryError("too many", limited=True, retry_after=asked)
    verdict = judge(error, 3, written=NOW, now=NOW, jitter=0.5)

    assert (verdict.again - NOW).total_seconds() == seconds
    assert verdict.failures == 3
    assert verdict.pause == (verdict.again if seconds else None)


def test_what_a_service_never_lets_through_is_given_up_after_two_days():
    error = DeliveryError("too many", limited=True)
    old = NOW - LONGEST_LIFE - timedelta(seconds=1)

    assert seconds_until_next(error, written=NOW - LONGEST_LIFE) == 30
    assert seconds_until_next(error, written=old) is None


@pytest.mark.parametrize(("asked", "seconds"), [(1.0, 5), (600.0, 600)])
def test_a_failure_waits_as_long_as_asked_if_that_is_longer(asked, seconds):
    error = DeliveryError("busy", retry_after=asked)

    assert seconds_until_next(error) == seconds
    assert judge(error, 0, written=NOW, now=NOW, jitter=0).pause == NOW + timedelta(seconds=asked)
