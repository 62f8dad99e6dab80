"""Recurrence rules (RFC 5545), as dateutil reads them.

Their times are those of the schedule's zone, whatever zone they name: so the clients have it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from headwater.recurrence.zones import earliest_wall, find_zone, to_instant, to_wall

if TYPE_CHECKING:
    from dateutil.rrule import rrule, rruleset

LONGEST = 6500  # characters, as the clients have it
PATIENCE = 100_000  # looks at days, hours or dates in search of the next date
# Where the count begins for a rule that does not say.
EPOCH = datetime(2020, 1, 1)  # a wall time
_TICK = timedelta(microseconds=1)
_BY_DAY = ("bymonthday", "byweekday", "byyearday", "byweekno", "byeaster")
_SHORT = re.compile(r"FREQ=(?P<freq>MINUTELY|SECONDLY)\b", re.IGNORECASE)
_EVERY = re.compile(r"\bINTERVAL=(?P<interval>[0-9]{1,9})\b", re.IGNORECASE)


@dataclass(frozen=True)
class RRule:
    rule: str
    timezone: str | None = None

    def check(self) -> None:
        """Raise ValueError for what is no rule, and for one that never fires."""
        if len(self.rule) > LONGEST:
            raise ValueError(f"Invalid RRULE: longer than {LONGEST} characters")
        find_zone(self.timezone)
        if next(self._walls(None), None) is None:
            raise ValueError(f'RRULE string "{self.rule}" never fires')

    def anchored(self, now: datetime) -> str:
        """Return the rule with a DTSTART: what its dates are, must not change from day to day."""
        if "DTSTART" in self.rule.upper():
            return self.rule
        begin, short = EPOCH, _SHORT.search(self.rule)
        if short and "COUNT=" not in self.rule.upper() and "\n" not in self.rule.strip():
            every = _EVERY.search(self.rule)
            unit = 60 if short["freq"].upper() == "MINUTELY" else 1
            period = timedelta(seconds=unit * max(1, int(every["interval"]) if every else 1))
            wall = to_wall(now, find_zone(self.timezone))
            begin += (wall - begin) // period * period
        return f"DTSTART:{begin:%Y%m%dT%H%M%S}\n{self.rule}"

    def dates(self, start: datetime) -> Iterator[datetime]:
        """Yield when it is due from *start* on, that included.

        Raise ValueError when that takes more than PATIENCE: of a million dates that are counted
        off, say, or of a day that never comes.
        """
        zone = find_zone(self.timezone)
        last = start - _TICK
        for wall in self._walls(earliest_wall(start, zone)):
            try:
                instant = to_instant(wall, zone)
            except OverflowError:
                return
            if instant > last:
                yield instant
                last = instant

    def _walls(self, begin: datetime | None) -> Iterator[datetime]:
        """Yield wall times from about *begin* on, from the first for None."""
        leash = _Leash()
        rules = _prepare(_parse(self.rule), begin, leash)
        try:
            for wall in rules:
                if begin is None or wall >= begin:
                    leash.looks = 0
                    yield wall
                else:
                    leash.look()
        except _ExhaustedError:
            if begin is not None:
                message = f'RRULE string "{self.rule}" takes too long to find its next date'
                raise ValueError(message) from None


class _ExhaustedError(Exception):
    pass


class _Leash:
    """Counts the looks of rules that find nothing: dateutil would look until the year 9999."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        self.looks += 1
        if self.looks > PATIENCE:
            raise _ExhaustedError


class _Held(tuple[Any, ...]):
    """Values of a part of a rule; each look at them counts."""

    look: Callable[[], None]

    def __contains__(self, value: object) -> bool:
        self.look()
        return super().__contains__(value)

    def __iter__(self) -> Iterator[Any]:
        self.look()
        return super().__iter__()


def _parse(text: str) -> "rrule | rruleset":
    from dateutil.rrule import rrulestr  # late: few need it

    try:
        return rrulestr(text, dtstart=EPOCH, cache=False)
    except Exception as error:  # noqa: BLE001  # what it raises depends on what it is given
        # A user's rule is not kept whole in the message, which may be thousands of letters.
        raise ValueError(f'Invalid RRULE string "{text[:200]}": {error}') from None


def _prepare(
    parsed: "rrule | rruleset", begin: datetime | None, leash: _Leash
) -> Iterator[datetime]:
    from dateutil.rrule import rruleset

    if not isinstance(parsed, rruleset):
        return iter(_ready(parsed, begin, leash))
    ready = rruleset()
    # Their lists have no other name.
    for rule in parsed._rrule:
        ready.rrule(_ready(rule, begin, leash))
    for rule in parsed._exrule:
        ready.exrule(_ready(rule, begin, leash))
    for date in parsed._rdate:
        ready.rdate(date.replace(tzinfo=None))
    for date in parsed._exdate:
        ready.exdate(date.replace(tzinfo=None))
    return iter(ready)


def _ready(rule: Any, begin: datetime | None, leash: _Leash) -> "rrule":
    """Return the rule without a zone, begun shortly before *begin*, and on its leash."""
    if rule._interval < 1:
        raise ValueError("Invalid RRULE string: INTERVAL must be positive")
    start = rule._dtstart.replace(tzinfo=None)
    until = rule._until and rule._until.replace(tzinfo=None)
    changes: dict[str, Any] = {"dtstart": start, "until": until}
    if rule._count is not None and _is_even(rule):
        changes["count"] = None
        changes["until"] = _add(start, rule, rule._count - 1)
    if begin is not None and changes.get("count", rule._count) is None:
        changes |= _jump(rule, start, begin)
    try:
        ready: Any = rule.replace(**changes)
    except Exception as error:  # noqa: BLE001  # what it raises depends on what it is given
        raise ValueError(f"Invalid RRULE string: {error}") from None
    _hold(ready, leash)
    return ready


def _units(rule: Any) -> timedelta | None:
    """Return the interval of a rule that counts in units of one length."""
    from dateutil.rrule import DAILY, HOURLY, MINUTELY, SECONDLY, WEEKLY

    units = {WEEKLY: 604_800, DAILY: 86_400, HOURLY: 3600, MINUTELY: 60, SECONDLY: 1}
    unit = units.get(rule._freq)
    try:
        return None if unit is None else timedelta(seconds=unit * rule._interval)
    except OverflowError:
        return timedelta.max


def _is_even(rule: Any) -> bool:
    """Say if it has no parts that take some of its dates away or add to them."""
    asked = {name for name, value in rule._original_rule.items() if value is not None}
    return not asked and _units(rule) is not None


def _add(start: datetime, rule: Any, number: int) -> datetime:
    try:
        return start + number * (_units(rule) or timedelta())
    except OverflowError:
        return datetime.max  # a wall time


def _jump(rule: Any, start: datetime, begin: datetime) -> dict[str, Any]:
    """Return what to change for a start shortly before *begin*: same dates, far fewer steps."""
    from dateutil.rrule import YEARLY

    period = _units(rule)
    if period is not None:
        number = (begin - start) // period - 1
        return {"dtstart": start + number * period} if number > 0 else {}
    months = rule._interval * (12 if rule._freq == YEARLY else 1)
    behind = (begin.year - start.year) * 12 + begin.month - start.month
    number = behind // months - 1
    if number <= 0:
        return {}
    month = start.year * 12 + start.month - 1 + number * months
    changes: dict[str, Any] = {}
    if all(rule._original_rule.get(name) is None for name in _BY_DAY):
        # What it takes from its start, it must not take from the new one.
        changes["bymonthday"] = start.day
        if rule._freq == YEARLY and rule._original_rule.get("bymonth") is None:
            changes["bymonth"] = start.month
    changes["dtstart"] = start.replace(year=month // 12, month=month % 12 + 1, day=1)
    return changes


def _hold(rule: Any, leash: _Leash) -> None:
    if rule._bymonth is None and rule._bynweekday is None:
        rule._bymonth = tuple(range(1, 13))  # asks for nothing, and is looked at each day
    for name in ("month", "weekday", "nweekday", "monthday", "nmonthday", "yearday", "easter"):
        _hold_part(rule, f"_by{name}", leash)
    for name in ("hour", "minute", "second", "setpos"):
        _hold_part(rule, f"_by{name}", leash)


def _hold_part(rule: Any, name: str, leash: _Leash) -> None:
    values = getattr(rule, name)
    if values:
        held = _Held(values)
        held.look = leash.look
        setattr(rule, name, held)
