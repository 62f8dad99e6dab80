"""How pages say times and durations: the filters of templates."""

from datetime import UTC, datetime

from flask import Flask

from headwater import clock

_UNITS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"))
_SHORT = 60.0  # seconds, below which tenths matter


def init_app(app: Flask) -> None:
    app.add_template_filter(say_ago, "ago")
    app.add_template_filter(say_duration, "duration")
    app.add_template_filter(say_moment, "moment")
    app.add_template_filter(say_number, "number")


def say_ago(moment: datetime, now: datetime | None = None) -> str:
    """Return how far *moment* is from *now*: `3 minutes ago`, `in 2 hours`."""
    seconds = ((now or clock.now()) - moment).total_seconds()
    size = abs(seconds)
    if size < 5:
        return "just now"
    for unit, name in (*_UNITS, (60, "minute"), (1, "second")):
        if size >= unit:
            count = int(size // unit)
            words = f"{count} {name}{'' if count == 1 else 's'}"
            break
    return f"{words} ago" if seconds > 0 else f"in {words}"


def say_duration(seconds: float) -> str:
    """Return a duration at the precision that matters: `0.35 s`, `12.4 s`, `3 min 5 s`, `2 h`."""
    if seconds < 10:
        return f"{max(0.0, seconds):.2f} s"
    if seconds < _SHORT:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    for unit, name, smaller, smaller_name in (
        (86400, "d", 3600, "h"),
        (3600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= unit:
            rest = whole % unit // smaller
            return f"{whole // unit} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return f"{whole} s"


def say_moment(moment: datetime) -> str:
    """Return the time to the second, in UTC, as it stands beside relative ones."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def say_number(value: int) -> str:
    return f"{value:,}"
