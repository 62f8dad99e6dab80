"""When schedules are due, in zones whose clocks are put forward and back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.recurrence.crons import Cron
from headwater.recurrence.intervals import Interval
from headwater.recurrence.rrules import RRule

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def dates_of(schedule: Any, start: str, number: int) -> list[str]:
    found: Iterator[datetime] = schedule.dates(at(start))
    return [f"{date:%m-%dT%H:%M:%S}".removesuffix(":00") for date in islice(found, number)]


@pytest.mark.parametrize(
    ("schedule", "start", "due"),
    [
        pytest.param(
            Cron("10 0 * * *", "America/Montreal"),
            "2023-03-12T05:10:02Z",
            ["03-13T04:10", "03-14T04:10", "03-15T04:10", "03-16T04:10"],
            id="a daily cron on the day that the clock is put forward",
        ),
        pytest.param(
            Cron("0 2 * * *", BERLIN),
            "2026-10-24T00:00Z",
            ["10-24T00:00", "10-25T00:00", "10-26T01:00", "10-27T01:00", "10-28T01:00"],
            id="a daily cron in the repeated hour",
        ),
        pytest.param(
            Cron("0 2 * * *", BERLIN),
            "2026-03-28T12:00Z",
            ["03-29T01:00", "03-30T00:00"],
            id="a daily cron in the missing hour",
        ),
        pytest.param(
            Cron("30 2 * * *", BERLIN),
            "2026-03-29T01:10Z",
            ["03-29T01:30", "03-30T00:30"],
            id="what the clock skipped is still due just after it",
        ),
        pytest.param(
            Cron("0 * * * *", BERLIN),
            "2026-10-24T22:30Z",
            ["10-24T23:00", "10-25T00:00", "10-25T02:00", "10-25T03:00"],
            id="an hourly cron in the repeated hour",
        ),
        pytest.param(
            Cron("0 0 13 * 5", None, day_or=False),
            "2026-02-01T00:00Z",
            ["02-13T00:00", "03-13T00:00", "11-13T00:00"],
            id="day of month and weekday",
        ),
        pytest.param(
            Cron("0 0 * * *"),
            "2026-01-01T00:00:00.000001Z",
            ["01-02T00:00", "01-03T00:00"],
            id="a start just after its time",
        ),
        pytest.param(
            Interval(HOUR, at("2026-10-31T00:00-04:00"), NEW_YORK),
            "2026-11-01T04:00Z",
            ["11-01T04:00", "11-01T05:00", "11-01T06:00", "11-01T07:00", "11-01T08:00"],
            id="an hourly interval over the repeated hour",
        ),
        pytest.param(
            Interval(DAY, at("2026-03-27T09:00+01:00"), BERLIN),
            "2026-03-27T08:00Z",
            ["03-27T08:00", "03-28T08:00", "03-29T07:00", "03-30T07:00"],
            id="a daily interval keeps its time by the clock",
        ),
        pytest.param(
            Interval(DAY, at("2024-07-01T01:15+09:00"), "Asia/Tokyo"),
            "2025-10-23T00:00Z",
            ["10-23T16:15", "10-24T16:15", "10-25T16:15"],
            id="an anchor with an offset",
        ),
        pytest.param(
            Interval(DAY, at("2026-03-01T02:30-05:00"), NEW_YORK),
            "2026-03-07T12:00Z",
            ["03-08T07:30", "03-09T06:30"],
            id="a daily interval in the missing hour is itself again the next day",
        ),
        pytest.param(
            Interval(HOUR, at("2030-01-01T00:20Z")),
            "2026-01-01T00:00Z",
            ["01-01T00:20", "01-01T01:20"],
            id="an anchor to come",
        ),
        pytest.param(
            RRule("DTSTART:20260327T023000\nRRULE:FREQ=DAILY", BERLIN),
            "2026-03-28T12:00Z",
            ["03-29T01:30", "03-30T00:30"],
            id="a rule in the missing hour is due as a cron is",
        ),
        pytest.param(
            RRule("DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;UNTIL=20260103T090000Z", NEW_YORK),
            "2026-01-02T00:00Z",
            ["01-02T14:00", "01-03T14:00"],
            id="a rule's times are the zone's",
        ),
        pytest.param(
            RRule("DTSTART:20260101T000000\nRRULE:FREQ=DAILY\nEXDATE:20260103T000000"),
            "2026-01-02T00:00Z",
            ["01-02T00:00", "01-04T00:00"],
            id="a date that is left out",
        ),
        pytest.param(
            RRule("DTSTART:20200101T000000\nRRULE:FREQ=SECONDLY;COUNT=300000000"),
            "2026-11-25T00:00Z",
            ["11-25T00:00", "11-25T00:00:01"],
            id="many counts",
        ),
    ],
)
def test_a_schedule_is_due(schedule: Any, start: str, due: list[str]) -> None:
    schedule.check()

    assert dates_of(schedule, start, len(due)) == due


def test_an_old_anchor_takes_no_more_steps_than_a_new_one() -> None:
    looks = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
    for frequency, seconds in looks.items():
        rule = RRule(f"DTSTART:00010101T000000\nRRULE:FREQ={frequency};INTERVAL=7")
        first, second = islice(rule.dates(at("2026-11-25T00:00Z")), 2)
        assert second - first == timedelta(seconds=7 * seconds)
    assert dates_of(RRule("FREQ=SECONDLY;INTERVAL=30"), "2026-11-25T00:00Z", 1) == ["11-25T00:00"]
    old = Interval(timedelta(seconds=7), at("0001-01-02T00:00Z"))
    assert len(list(islice(old.dates(at("2026-11-25T00:00Z")), 3))) == 3


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYHOUR=3;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=MONTHLY;BYSETPOS=200;BYDAY=MO",
        "RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY",
    ],
)
def test_a_rule_that_never_fires_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="never fires"):
        RRule(rule).check()


def test_a_rule_that_counts_off_millions_of_dates_is_given_up() -> None:
    rule = RRule("DTSTART:20200101T000000\nRRULE:FREQ=MINUTELY;BYHOUR=3;COUNT=10000000")

    with pytest.raises(ValueError, match="takes too long"):
        next(rule.dates(at("2026-11-25T00:00Z")))


@pytest.mark.parametrize(
    ("rule", "zone", "anchored"),
    [
        ("FREQ=MINUTELY;INTERVAL=60", "America/Chicago", "DTSTART:20260707T080000\n"),
        ("FREQ=MINUTELY;COUNT=3", "UTC", "DTSTART:20200101T000000\n"),
        ("FREQ=HOURLY", "UTC", "DTSTART:20200101T000000\n"),
        ("DTSTART:20260101T000000\nRRULE:FREQ=DAILY", "UTC", ""),
    ],
)
def test_a_rule_is_kept_with_its_beginning(rule: str, zone: str, anchored: str) -> None:
    assert RRule(rule, zone).anchored(at("2026-07-07T13:54Z")) == anchored + rule


def make_rules() -> st.SearchStrategy[str]:
    parts: list[tuple[str, Callable[[], st.SearchStrategy[Any]]]] = [
        ("BYMONTH", lambda: st.integers(1, 12)),
        ("BYMONTHDAY", lambda: st.integers(1, 31)),
        ("BYDAY", lambda: st.sampled_from(["MO", "TU", "SA"])),
        ("BYHOUR", lambda: st.integers(0, 23)),
        ("WKST", lambda: st.sampled_from(["MO", "SU"])),
    ]
    some = st.lists(st.sampled_from(parts), unique_by=lambda part: part[0], max_size=2)
    chosen = some.flatmap(
        lambda named: st.tuples(*(values().map(f"{name}={{}}".format) for name, values in named))
    )
    frequency = st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    start = st.datetimes(datetime(2019, 1, 1), datetime(2021, 1, 1)).map(
        lambda moment: f"DTSTART:{moment:%Y%m%dT%H%M%S}"
    )
    return st.builds(
        lambda begin, freq, every, more: (
            f"{begin}\nRRULE:" + ";".join([f"FREQ={freq}", f"INTERVAL={every}", *more])
        ),
        start,
        frequency,
        st.integers(1, 5),
        chosen,
    )


@settings(max_examples=150)
@given(rule=make_rules())
def test_a_jump_leaves_the_dates_as_they_are(rule: str) -> None:
    begin = datetime(2022, 5, 31, 12)
    try:
        RRule(rule).check()
    except ValueError:
        return
    expected = list(islice(rrulestr(rule).xafter(begin, count=4, inc=True), 4))

    found = list(islice(RRule(rule).dates(begin.replace(tzinfo=UTC)), 4))

    assert [date.replace(tzinfo=None) for date in found] == expected
