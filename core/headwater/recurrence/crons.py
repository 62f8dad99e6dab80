"""Cron expressions, in croniter's dialect: five fields, or six with the seconds at the end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.recurrence.zones import earliest_wall, find_zone, to_instant

LONGEST = 1000  # characters
_SECOND = timedelta(seconds=1)
# croniter would draw lots for these, anew at each look.
_RANDOM = re.compile(r"(?:^|[\s,/-])[HhRr](?:$|[\s,/(-])")
_SOME_DAY = datetime(2000, 1, 1)  # a wall time


@dataclass(frozen=True)
class Cron:
    expression: str
    timezone: str | None = None
    day_or: bool = True

    def check(self) -> None:
        """Raise ValueError for what is no cron expression, and for one that never fires."""
        from croniter import CroniterBadCronError, CroniterBadDateError  # late: few need it

        invalid = f'Invalid cron string: "{self.expression}"'
        if len(self.expression) > LONGEST:
            raise ValueError(f"Invalid cron string: longer than {LONGEST} characters")
        if _RANDOM.search(self.expression) or len(self.expression.split()) > 6:
            raise ValueError(invalid)
        find_zone(self.timezone)
        try:
            self._next_wall(_SOME_DAY)
        except CroniterBadCronError:
            raise ValueError(invalid) from None
        except CroniterBadDateError:
            raise ValueError(f'Cron string "{self.expression}" never fires') from None
        except Exception:  # noqa: BLE001  # what else it raises depends on what it is given
            raise ValueError(invalid) from None

    def dates(self, start: datetime) -> Iterator[datetime]:
        """Yield when it is due from *start* on, that included.

        What recurs in an hour that the clock shows twice is due in the first of the two.
        """
        from croniter import CroniterBadDateError, croniter

        zone = find_zone(self.timezone)
        # Naive times: with aware ones it gives both of the repeated hour.
        base = earliest_wall(start, zone).replace(microsecond=0) - _SECOND
        walls = croniter(self.expression, base, ret_type=datetime, day_or=self.day_or)
        last = start - _SECOND / 1_000_000
        while True:
            try:
                wall: datetime = walls.get_next()
                instant = to_instant(wall, zone)
            except (CroniterBadDateError, OverflowError):
                return
            if instant > last:
                yield instant
                last = instant

    def _next_wall(self, base: datetime) -> datetime:
        from croniter import croniter

        found: datetime = croniter(
            self.expression, base, ret_type=datetime, day_or=self.day_or
        ).get_next()
        return found
