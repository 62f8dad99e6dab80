"""Lengths of time as people write them in forms."""

import pytest

from headwater.web.lengths import read_length, say_length, write_length


@pytest.mark.parametrize(
    ("seconds", "short", "long"),
    [
        (0, "0s", "0 seconds"),
        (1, "1s", "1 second"),
        (0.5, "0.5s", "0.5 seconds"),
        (5400, "90m", "90 minutes"),
        (14400, "4h", "4 hours"),
        (604800, "7d", "7 days"),
        (12345.678, "12345.678s", "12345.678 seconds"),
        (100000, "100000s", "100000 seconds"),
    ],
)
def test_lengths_are_read_as_they_are_written(seconds, short, long):
    assert (write_length(seconds), say_length(seconds)) == (short, long)
    assert read_length(short) == seconds


@pytest.mark.parametrize("typed", ["", "5", "m", "-5m", "5w", "1e3s", "nans", "9999999s"])
def test_what_is_no_length_is_none(typed):
    assert read_length(typed) is None
