"""Lengths of time as people say them."""

from collections.abc import Iterable
from datetime import timedelta
from math import isfinite
from typing import Any

from headwater.automations.rules.humanized.numbers import group
from headwater.sandbox import percent

_YEAR, _MONTH = 365, 30.5  # days
_SHORT = ("microseconds", "milliseconds", "seconds")  # units that a length may go down to
# From the longest on. The longer ones are parts of days, the next of seconds, the last of
# microseconds: a month of 31 days is one, and not one and a half day.
_PARTS: tuple[tuple[tuple[str, float], ...], ...] = (
    (("years", _YEAR), ("months", _MONTH)),
    (("days", 86400), ("hours", 3600), ("minutes", 60)),
    (("seconds", 1e6), ("milliseconds", 1000), ("microseconds", 1)),
)
_UNITS = tuple(name for part in _PARTS for name, _ in part)
# How many of a unit, once rounded, are one more of the unit before it.
_FULL = {"milliseconds": 1000, "seconds": 60, "minutes": 60, "hours": 24, "days": 31, "months": 12}


def say_length(value: Any, months: bool = True, minimum_unit: str = "seconds") -> str:
    """Return about how long a time or so many seconds are, in *months* or in days alone."""
    if minimum_unit.lower() not in _SHORT:
        raise ValueError(f"{minimum_unit!r} is no unit of short lengths")
    length = value
    if not isinstance(value, timedelta):
        try:
            int(value)  # which takes no text as 0.5 or nan
            length = timedelta(seconds=float(value))
        except (TypeError, ValueError):
            return str(value)
        except OverflowError:
            if isfinite(value):
                raise
            return str(value)
    length = abs(length)
    if length.days == 0:
        return _say_part_of_day(length, minimum_unit.lower())
    years, days = divmod(length.days, _YEAR)
    said = _say_days(days, months)
    if years == 0:
        return said
    if years > 1:
        return f"{group(round(length.days / _YEAR))} years"
    if days == 0:
        return "a year"
    if said == "a year":
        return "2 years"
    return "1 year, " + said.replace("a ", "1 ")


def _say_days(days: int, months: bool) -> str:
    """Return how long some days, less than a year, are."""
    rounded = round(days / _MONTH) if months else 0
    if rounded == 0:
        return _count(days, "day")
    return "a year" if rounded == 12 else _count(rounded, "month")


def _say_part_of_day(length: timedelta, least: str) -> str:
    seconds, rest = length.seconds, length.microseconds
    if seconds == 0:
        if least == "microseconds" and rest < 1000:
            return _many(rest, "microsecond")
        return "a moment" if least == "seconds" else _many(rest // 1000, "millisecond")
    if seconds < 60:
        return _count(seconds, "second")
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    if minutes < 60:
        return _count(minutes, "minute")
    return "a day" if hours == 24 else _count(max(hours, 1), "hour")


def _count(number: int, unit: str) -> str:
    if number == 1:
        return f"{'an' if unit == 'hour' else 'a'} {unit}"
    return f"{number} {unit}s"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def say_precisely(length: timedelta, least: str, suppress: Iterable[str], form: str) -> str:
    """Return how long something is in all units down to the *least*, without those to *suppress*;
    the last of them in a *form* as `%.2f`."""
    hidden = {_unit(name) for name in suppress}
    ends = _UNITS[: _UNITS.index(_unit(least)) + 1]
    shown = [name for name in ends if name not in hidden]
    if not shown:
        raise ValueError("no unit is left to say a length in")
    amounts = _measure(length, shown, form)
    texts = [
        _write(amounts[name], name, form if name == shown[-1] else "%d")
        for name in shown
        if amounts[name] > 0
    ]
    texts = texts or [_write(amounts[shown[-1]], shown[-1], "%d")]
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def _measure(length: timedelta, shown: list[str], form: str) -> dict[str, float]:
    """Return how many there are of each unit that is shown, the last of them rounded."""
    amounts: dict[str, float] = dict.fromkeys(shown, 0)
    rest: float = 0
    smaller = (length.days, length.seconds, length.microseconds)
    for part, scale, own in zip(_PARTS, (1, 86400, 1e6), smaller, strict=True):
        rest = rest * scale + own
        for name, size in part:
            if name == shown[-1] and name != "microseconds":
                amounts[name], rest = float(percent(form, rest / size)), 0
            elif name in shown:
                amounts[name], rest = divmod(rest, size)
                rest = int(rest)
    for name, full in _FULL.items():
        larger = _UNITS[_UNITS.index(name) - 1]
        if larger in shown and amounts.get(name, 0) >= full:
            amounts[name] -= full
            amounts[larger] += 1
    return amounts


def _write(amount: float, unit: str, form: str) -> str:
    whole = int(amount)
    one = whole == 1 and amount <= 1
    number = group(whole) if unit == "years" else str(whole)
    if amount != whole:
        number = percent(form, amount)
    return f"{number} {unit.removesuffix('s') if one else unit}"


def _unit(name: str) -> str:
    if name.lower() not in _UNITS:
        raise ValueError(f"{name!r} is no unit of time")
    return name.lower()
