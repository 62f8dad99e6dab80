"""Which intervals a history has."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from headwater.errors import InvalidError

MOST_INTERVALS = 500
SHORTEST = 1.0  # seconds


class Interval(NamedTuple):
    """A part of a time. Its end belongs to the next."""

    start: datetime
    end: datetime


def split(start: datetime, end: datetime, seconds: float) -> list[Interval]:
    """Return the intervals from *start* until *end* is covered, MOST_INTERVALS of them at most.

    Raise InvalidError for intervals too short, or so long that the calendar has no end for them.
    """
    if seconds < SHORTEST:
        raise InvalidError("History interval must not be less than 1 second.")
    if end <= start:
        return []
    try:
        width = timedelta(seconds=seconds)
        count = min(-((start - end) // width), MOST_INTERVALS)
        edges = [start + number * width for number in range(count + 1)]
    except OverflowError:
        raise InvalidError("The history reaches beyond the year 9999.") from None
    return [Interval(*edge) for edge in pairwise(edges)]


def whole_minutes(after: datetime, before: datetime) -> Interval:
    """Return the time from the minute of *after* to the end of the minute of *before*."""
    start = after.replace(second=0, microsecond=0)
    return Interval(start, before.replace(second=59, microsecond=999_999))
