"""What recurs at an interval from some moment on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from headwater.recurrence.zones import find_zone, to_instant, to_wall

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(days=36_500)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Interval:
    """It is due at *anchor* and all whole intervals before and after that.

    One shorter than a day is counted in time that passes. One of a day or more goes by the zone's
    clock, so that what is due at nine stays due at nine.
    """

    interval: timedelta
    anchor: datetime
    timezone: str | None = None

    def check(self) -> None:
        if self.interval <= timedelta():
            raise ValueError("interval must be positive")
        if not SHORTEST <= self.interval <= LONGEST:
            raise ValueError("interval must be between one second and a hundred years")
        zone = find_zone(self.timezone)
        try:
            to_wall(self.anchor, zone)
            self.anchor.astimezone(UTC)
        except OverflowError:
            raise ValueError("anchor_date is out of range") from None

    def dates(self, start: datetime) -> Iterator[datetime]:
        """Yield when it is due from *start* on, that included."""
        zone = find_zone(self.timezone)
        by_clock = self.interval >= DAY
        anchor = to_wall(self.anchor, zone) if by_clock else self.anchor.astimezone(UTC)
        begin = to_wall(start, zone) if by_clock else start.astimezone(UTC)
        # However old the anchor is, this is as many steps.
        number = (begin - anchor) // self.interval - 1
        while True:
            try:
                due = anchor + number * self.interval
                instant = to_instant(due, zone) if by_clock else due
            except OverflowError:
                if number > 0:
                    return
                number += 1
                continue
            if instant >= start:
                yield instant
            number += 1
