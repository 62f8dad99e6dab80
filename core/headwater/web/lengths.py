"""Lengths of time as people write and read them in forms: 30s, 5m, 4h, 1d."""

import re
from decimal import Decimal

_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,30})?) ?([smhd])")
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}  # in seconds
_WORDS = {"d": "day", "h": "hour", "m": "minute", "s": "second"}


def read_length(typed: str) -> float | None:
    """Return the seconds that *typed* says, such as 30s or 4h; None where it says none."""
    found = _LENGTH.fullmatch(typed)
    return float(found[1]) * _UNITS[found[2]] if found else None


def write_length(seconds: float) -> str:
    """Return what `read_length` reads: 14400 seconds are 4h."""
    number, unit = _in_units(seconds)
    return f"{number}{unit}"


def say_length(seconds: float) -> str:
    """Return a length for people: *4 hours*."""
    number, unit = _in_units(seconds)
    return f"{number} {_WORDS[unit]}{'' if number == '1' else 's'}"


def _in_units(seconds: float) -> tuple[str, str]:
    unit = next((one for one, size in _UNITS.items() if seconds and seconds % size == 0), "s")
    number = Decimal(repr(float(seconds))) / _UNITS[unit]
    return f"{number.normalize():f}", unit
