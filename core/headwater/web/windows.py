"""The time that a list is about, as its address says it, and the intervals of its chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import abort
from werkzeug.datastructures import MultiDict

CHOSEN = "chosen"  # a window of the address's own, as bars lead to them
WINDOWS: Mapping[str, tuple[str, timedelta]] = {
    "1h": ("Last hour", timedelta(hours=1)),
    "24h": ("Last 24 hours", timedelta(hours=24)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
}
# Far enough for bars of any width to stay within the calendar.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOST_BARS = 48
DAY = 86_400
_TICK = timedelta(microseconds=1)
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """*name* is a key of WINDOWS, CHOSEN or "": of all times. Only one that is chosen has a *begin*
    and an *end*, which belongs to the next."""

    name: str = ""
    begin: datetime | None = None
    end: datetime | None = None

    def query(self) -> dict[str, str | None]:
        """Return the query parameters that say this."""
        begin = self.begin.isoformat() if self.begin else None
        end = self.end.isoformat() if self.end else None
        return {"since": self.name, "from": begin, "until": end}

    def limits(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Return the first and the last moment of it, None where there is no limit."""
        if self.name in WINDOWS:
            return now - WINDOWS[self.name][1], None
        return self.begin, self.end and self.end - _TICK

    def intervals(self, now: datetime, usual: str) -> tuple[datetime, datetime, int]:
        """Return what a chart shows of it, as `choose_intervals` does; of all times that is the
        *usual* one of WINDOWS."""
        if self.begin and self.end:
            return choose_intervals(self.begin, self.end)
        return choose_intervals(now - WINDOWS.get(self.name, WINDOWS[usual])[1], now)


def parse_window(query: MultiDict[str, str]) -> Window:
    """Read an address; what cannot be meant is a 400, not a list of other times."""
    name = query.get("since", "")
    if name != CHOSEN:
        if name and name not in WINDOWS:
            abort(400, f"since is one of {', '.join(WINDOWS)}, not {name!r}")
        return Window(name)
    begin, end = (parse_moment(query.get(one)) for one in ("from", "until"))
    if begin is None or end is None or not EARLIEST <= begin < end <= LATEST:
        abort(
            400,
            "from and until are two times with a zone, the earlier one first, from "
            f"{EARLIEST.year} on and before {LATEST.year}",
        )
    return Window(name, begin, end)


def parse_moment(text: str | None) -> datetime | None:
    """Return a time that an address has, in UTC; None for what is none, or has no zone."""
    try:
        moment = datetime.fromisoformat(text or "")
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def choose_intervals(begin: datetime, end: datetime) -> tuple[datetime, datetime, int]:
    """Return a window around this one that whole intervals fill, MOST_BARS or so, and their
    seconds."""
    span = (end - begin).total_seconds()
    days = DAY * -(-span // (DAY * MOST_BARS))
    seconds = int(next((step for step in _STEPS if span / step <= MOST_BARS), days))
    width = timedelta(seconds=seconds)
    first, last = (begin - _EPOCH) // width, -((_EPOCH - end) // width)
    return _EPOCH + first * width, _EPOCH + last * width, seconds
