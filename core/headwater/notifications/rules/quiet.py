"""When a policy's quiet hours are, by the wall clock of their time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from headwater.notifications.channels import Severity
from headwater.notifications.schemas.timing import QuietHours, Weekday
from headwater.recurrence.zones import find_zone, to_wall

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
_DAYS = tuple(Weekday)
_ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def breaks_through(quiet: QuietHours, severity: Severity) -> bool:
    wanted = quiet.breaks_through
    return wanted is not None and _RANKS[severity] >= _RANKS[Severity(wanted)]


def quiet_until(quiet: QuietHours, moment: datetime) -> datetime | None:
    """Return when the quiet hours end in which *moment* is; None: it is in none.

    They begin when the clock first shows their start, or has skipped it, and end when it last
    shows their end: an hour that comes twice is quiet to its end. Where those of one day last
    until those of the next, as whole days do, each has an end of its own.
    """
    zone = find_zone(quiet.timezone)
    today = to_wall(moment, zone).date()
    days = (today + timedelta(days=offset) for offset in (-2, -1, 0, 1))
    windows = (_window(quiet, day, zone) for day in days if _DAYS[day.weekday()] in quiet.weekdays)
    return min((end for start, end in windows if start <= moment < end), default=None)


def _window(quiet: QuietHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    last = day if end > start else day + _ONE_DAY
    return (
        _instant(datetime.combine(day, start), zone, fold=0),
        _instant(datetime.combine(last, end), zone, fold=1),
    )


def _instant(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    """Return when the clock shows *wall*, the first time or (*fold* 1) the second, or skips it."""
    found = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if to_wall(found, zone) == wall:
        return found
    # A wall time that is skipped is taken by the clock of before, or by that of after.
    early, late = sorted(wall.replace(tzinfo=zone, fold=side).astimezone(UTC) for side in (0, 1))
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        early, late = (early, middle) if to_wall(middle, zone) >= wall else (middle, late)
    return late
