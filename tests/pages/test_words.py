"""How pages say times and durations."""

from datetime import UTC, datetime, timedelta

import pytest

from headwater.web.words import say_ago, say_duration, say_moment

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (4, "just now"),
        (-4, "just now"),
        (5, "5 seconds ago"),
        (59, "59 seconds ago"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (7200, "2 hours ago"),
        (86400 * 3, "3 days ago"),
        (86400 * 45, "1 month ago"),
        (86400 * 800, "2 years ago"),
        (-300, "in 5 minutes"),
    ],
)
def test_how_far_a_time_is(seconds, words):
    assert say_ago(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.00 s"),
        (-1, "0.00 s"),
        (0.349, "0.35 s"),
        (12.34, "12.3 s"),
        (59.99, "60.0 s"),
        (60, "1 min"),
        (185.9, "3 min 5 s"),
        (7200, "2 h"),
        (9000, "2 h 30 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_how_long_something_took(seconds, words):
    assert say_duration(seconds) == words


def test_exact_times_are_utc():
    assert say_moment(NOW) == "2026-03-01 12:00:00 UTC"
