"""Quiet hours by the rules alone: zones, weekdays, and clocks that are put forward and back."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from headwater.notifications.channels import Severity
from headwater.notifications.rules.quiet import breaks_through, quiet_until
from headwater.notifications.schemas.timing import QuietHours

BERLIN = "Europe/Berlin"


def make(start, end, zone=BERLIN, **more):
    return QuietHours(timezone=zone, start=start, end=end, **more)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "moment", "until"),
    [
        # Across midnight; Berlin is an hour ahead in winter. 2026-11-25 is a Wednesday.
        ("22:00", "07:00", "2026-11-25T20:59:59", None),
        ("22:00", "07:00", "2026-11-25T21:00", "2026-11-26T06:00"),
        ("22:00", "07:00", "2026-11-26T05:59:59", "2026-11-26T06:00"),
        ("22:00", "07:00", "2026-11-26T06:00", None),
        # Within a day.
        ("12:00", "13:30", "2026-11-25T10:59", None),
        ("12:00", "13:30", "2026-11-25T11:00", "2026-11-25T12:30"),
        ("12:00", "13:30", "2026-11-25T12:30", None),
        # To midnight, and from it.
        ("22:00", "00:00", "2026-11-25T22:30", "2026-11-25T23:00"),
        ("22:00", "00:00", "2026-11-25T23:00", None),
        ("00:00", "06:00", "2026-11-25T22:59", None),
        ("00:00", "06:00", "2026-11-25T23:00", "2026-11-26T05:00"),
        # The same time twice is a whole day, after which the next begins.
        ("09:00", "09:00", "2026-11-25T07:59", "2026-11-25T08:00"),
        ("09:00", "09:00", "2026-11-25T08:00", "2026-11-26T08:00"),
        ("00:00", "00:00", "2026-11-25T12:00", "2026-11-25T23:00"),
    ],
)
def test_quiet_hours_last_from_their_start_until_their_end(start, end, moment, until):
    assert quiet_until(make(start, end), utc(moment)) == (until and utc(until))


@pytest.mark.parametrize(
    ("start", "end", "moment", "until"),
    [
        # On 2026-03-29 Berlin's clock goes from 02:00 to 03:00, at 01:00 UTC.
        ("02:30", "05:00", "2026-03-29T00:59:59", None),
        ("02:30", "05:00", "2026-03-29T01:00", "2026-03-29T03:00"),
        ("22:00", "02:30", "2026-03-29T00:59:59", "2026-03-29T01:00"),
        ("22:00", "02:30", "2026-03-29T01:00", None),
        ("02:10", "02:50", "2026-03-29T01:00", None),
        ("22:00", "07:00", "2026-03-29T04:59", "2026-03-29T05:00"),
        # On 2026-10-25 it shows 02:00 to 03:00 twice, from 00:00 UTC.
        ("02:30", "05:00", "2026-10-25T00:29:59", None),
        ("02:30", "05:00", "2026-10-25T00:30", "2026-10-25T04:00"),
        ("22:00", "02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("22:00", "02:30", "2026-10-25T01:30", None),
        ("02:30", "02:30", "2026-10-25T00:45", "2026-10-25T01:30"),
        ("02:30", "02:30", "2026-10-25T01:30", "2026-10-26T01:30"),
    ],
)
def test_clocks_that_are_put_forward_or_back_leave_no_gap(start, end, moment, until):
    assert quiet_until(make(start, end), utc(moment)) == (until and utc(until))


def test_a_day_that_a_zone_skipped_has_no_quiet_hours():
    samoa = make("10:00", "12:00", "Pacific/Apia")  # it had no 2011-12-30
    hours = [utc("2011-12-29T00:00") + timedelta(hours=hour) for hour in range(72)]
    ends = {quiet_until(samoa, hour) for hour in hours} - {None}

    assert ends == {utc("2011-12-29T22:00"), utc("2011-12-30T22:00"), utc("2011-12-31T22:00")}


@pytest.mark.parametrize(
    ("zone", "moment", "until"),
    [
        ("Pacific/Kiritimati", "2026-11-25T08:00", "2026-11-25T17:00"),  # 14 hours ahead
        ("Pacific/Pago_Pago", "2026-11-25T09:00", "2026-11-25T18:00"),  # 11 behind
        ("Asia/Kathmandu", "2026-11-25T16:15", "2026-11-26T01:15"),  # 5:45 ahead
        ("UTC", "2026-11-25T22:00", "2026-11-26T07:00"),
    ],
)
def test_each_zone_has_its_own_night(zone, moment, until):
    night = make("22:00", "07:00", zone)

    assert quiet_until(night, utc(moment)) == utc(until)
    assert quiet_until(night, utc(moment) - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-11-27T20:59", False),  # a Friday evening, Berlin's 21:59
        ("2026-11-27T21:00", True),
        ("2026-11-28T05:59", True),  # Saturday morning is Friday's night
        ("2026-11-28T06:00", False),
        ("2026-11-28T21:00", True),
        ("2026-11-29T05:59", True),
        ("2026-11-29T21:00", False),  # on Sunday evening none begin
        ("2026-11-30T05:00", False),
    ],
)
def test_weekdays_are_those_on_which_the_hours_begin(moment, quiet):
    weekend = make("22:00", "07:00", weekdays=["friday", "saturday"])

    assert (quiet_until(weekend, utc(moment)) is not None) == quiet


def test_what_is_bad_enough_breaks_through():
    def worst(named):
        return {s for s in Severity if breaks_through(make("22:00", "07:00", **named), s)}

    assert worst({}) == set()
    assert worst({"breaks_through": "error"}) == {Severity.ERROR}
    assert worst({"breaks_through": "warning"}) == {Severity.WARNING, Severity.ERROR}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"timezone": "UTC\0"}, "timezone"),
        ({"start": "24:00"}, "start"),
        ({"start": "7:00"}, "start"),
        ({"end": "07:60"}, "end"),
        ({"end": "07:00\n"}, "end"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["someday"]}, "weekdays"),
        ({"breaks_through": "info"}, "breaks_through"),
        ({"then": "forget"}, "then"),
        ({"also": 1}, "also"),
    ],
)
def test_what_is_wrong_is_refused_by_field(change, field):
    with pytest.raises(ValidationError) as caught:
        QuietHours(**{"timezone": BERLIN, "start": "22:00", "end": "07:00"} | change)

    assert {error["loc"][0] for error in caught.value.errors()} == {field}
