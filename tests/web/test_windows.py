"""Windows of time: as addresses say them, and in intervals for a chart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.web.windows import MOST_BARS, choose_intervals, parse_moment

START = datetime(2026, 1, 1, 10, 7, 3, tzinfo=UTC)


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=365 * 100)),
)
def test_intervals_cover_their_window_and_are_not_many(begin, span):
    end = min(begin + span, datetime(2200, 1, 1, tzinfo=UTC))

    first, last, seconds = choose_intervals(begin, end)

    bars = (last - first) / timedelta(seconds=seconds)
    assert first <= begin
    assert end <= last
    assert bars == int(bars)
    assert 1 <= bars <= MOST_BARS + 2
    assert first.microsecond == 0


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        (timedelta(seconds=3), 1),
        (timedelta(hours=1), 120),
        (timedelta(hours=24), 1800),
        (timedelta(days=7), 21_600),
        (timedelta(days=30), 86_400),
        (timedelta(days=365), 8 * 86_400),
    ],
)
def test_intervals_are_round(span, seconds):
    assert choose_intervals(START, START + span)[2] == seconds


@pytest.mark.parametrize("text", [None, "", "x", "2026-01-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment_with_a_zone_in_the_calendar_is_none(text):
    assert parse_moment(text) is None
