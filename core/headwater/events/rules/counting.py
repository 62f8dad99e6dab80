"""How events are counted: by time, by name, by resource."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil, floor

from headwater.errors import InvalidError
from headwater.events.schemas.filters import TimeUnit

MOST_BUCKETS = 1000
# A Monday, from which all intervals are counted: so weeks begin on Mondays.
PIVOT = datetime(2024, 4, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNITS = {
    TimeUnit.WEEK: timedelta(weeks=1),
    TimeUnit.DAY: timedelta(days=1),
    TimeUnit.HOUR: timedelta(hours=1),
    TimeUnit.MINUTE: timedelta(minutes=1),
    TimeUnit.SECOND: timedelta(seconds=1),
}


@dataclass
class Counted:
    """How many events, and when the first and the last of them occurred."""

    value: str
    label: str
    start_time: datetime
    end_time: datetime
    count: int = 0

    def add(self, occurred: datetime) -> None:
        self.count += 1
        self.start_time = min(self.start_time, occurred)
        self.end_time = max(self.end_time, occurred)


@dataclass(frozen=True)
class Intervals:
    """Equal intervals, the first with *since* in it and the last with *until*."""

    width: timedelta
    first: int
    buckets: list[Counted] = field(default_factory=list)

    def add(self, occurred: datetime) -> None:
        self.buckets[_number(occurred, self.width) - self.first].count += 1


def make_intervals(since: datetime, until: datetime, unit: TimeUnit, interval: float) -> Intervals:
    """Return empty intervals; raise InvalidError for over MOST_BUCKETS of them."""
    width = _UNITS[unit] * interval
    wanted = ceil((until - since) / width)
    if wanted > MOST_BUCKETS:
        raise InvalidError(
            f"The given interval would create {wanted} buckets, which is too many. Please increase "
            f"the interval or reduce the time range to produce {MOST_BUCKETS} buckets or fewer."
        )
    first = _number(since, width)
    last = max(first, _number(until, width))
    made = Intervals(width, first)
    try:
        for number in range(first, last + 1):
            start = PIVOT + number * width
            end = start + width - _MICROSECOND
            made.buckets.append(Counted(str(number - first), start.isoformat(), start, end))
    except OverflowError:
        raise InvalidError("The time range is out of range.") from None
    return made


def _number(moment: datetime, width: timedelta) -> int:
    return floor((moment - PIVOT) / width)
