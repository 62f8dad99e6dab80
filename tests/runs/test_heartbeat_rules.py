"""What heartbeats tell of a run: how often they come, and when it is silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from headwater.runs.rules.heartbeats import Heartbeat, Patience, beat, word

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
FIRST, SECOND = uuid4(), uuid4()
PATIENCE = Patience(timedelta(seconds=180), timedelta(seconds=90))


def at(*seconds: float, state_id: UUID = FIRST, last: Heartbeat | None = None) -> Heartbeat:
    """Let heartbeats come at those seconds, one after the other."""
    for each in seconds:
        occurred = NOW + timedelta(seconds=each)
        last = beat(last, state_id, occurred, occurred)
    assert last is not None
    return last


@pytest.mark.parametrize(
    ("seconds", "frequency"),
    [
        ((0,), None),
        ((0, 30), None),
        ((0, 30, 60), 30),
        ((0, 30, 60.5), 30.5),
        ((0, 2, 182), 180),  # the first was one of the attempt before
        ((0, 30, 60, 120), 60),  # one was lost
        ((0, 30, 60, 120, 150, 180), 30),
        ((0, 600, 1200), 600),
    ],
)
def test_the_frequency_is_the_longer_of_the_last_two_gaps(
    seconds: tuple[float, ...], frequency: float | None
) -> None:
    assert at(*seconds).frequency == frequency


def test_what_comes_in_another_order_or_twice_tells_no_frequency() -> None:
    assert at(0, 30, 60, 30) == replace(at(0, 30, 60), received=NOW + timedelta(seconds=30))
    assert at(0, 30, 60, 30, 60) == at(0, 30, 60)


def test_one_in_another_order_is_a_sign_of_life_all_the_same() -> None:
    last = at(0, 30)

    later = beat(last, FIRST, NOW, NOW + timedelta(seconds=99))

    assert (later.occurred, later.received) == (last.occurred, NOW + timedelta(seconds=99))


def test_a_run_that_starts_anew_is_known_anew() -> None:
    again = at(90, state_id=SECOND, last=at(0, 30, 60))

    assert again == at(90, state_id=SECOND)


@pytest.mark.parametrize(
    ("frequency", "seconds"), [(None, 540), (30, 90), (10, 90), (45.5, 136.5), (600, 1800)]
)
def test_a_run_may_miss_three_heartbeats_and_be_silent_for_the_grace_at_least(
    frequency: float | None, seconds: float
) -> None:
    assert PATIENCE.with_one(frequency) == timedelta(seconds=seconds)


def test_the_reason_says_when_the_last_one_came() -> None:
    later = NOW + timedelta(seconds=95)

    assert word(NOW, 30.2, later) == (
        "The flow run went silent: its last heartbeat came at 2026-01-01 12:00:00 UTC, "
        "95 seconds ago; they had come every 30 seconds."
    )
    assert word(NOW, None, later).endswith("UTC, 95 seconds ago.")
