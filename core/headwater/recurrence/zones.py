"""Wall clocks of time zones."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_NAME = re.compile(r"[A-Za-z0-9_+/-]{1,100}")
_CHANGES_BY = timedelta(hours=3)  # as much as any zone's clock is put forward at once


def find_zone(name: str | None) -> ZoneInfo:
    """Return the zone of that IANA name, UTC for None; raise ValueError."""
    if name is None:
        return ZoneInfo("UTC")
    try:
        if _NAME.fullmatch(name):
            return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        pass
    raise ValueError(
        f'Invalid timezone: "{name}" (specify in IANA tzdata format, for example, America/New_York)'
    )


def to_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when the zone's clock shows *wall*: of two times the first; one that the clock skips
    is as much later as it skips."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what the zone's clock shows then, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def earliest_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the earliest of the wall times whose instants may be at *instant* or later.

    That is what the clock shows, but soon after it was put forward: what it skipped is still to
    come then.
    """
    wall = to_wall(instant, zone)
    before = to_wall(instant - _CHANGES_BY, zone) + _CHANGES_BY
    return min(wall, before)
