"""Numbers as people write them. What is no number is left as it is, as a text."""

from bisect import bisect
from fractions import Fraction
from math import floor, isfinite, isnan, log, log10
from typing import Any

from headwater.sandbox import braces, percent

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# By how many zeros a power of ten has.
_POWERS = {
    3: "thousand",
    6: "million",
    9: "billion",
    12: "trillion",
    15: "quadrillion",
    18: "quintillion",
    21: "sextillion",
    24: "septillion",
    27: "octillion",
    30: "nonillion",
    33: "decillion",
    100: "googol",
}
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LARGER, _SMALLER = "kMGTPEZYRQ", "mμnpfazyrq"  # units, each a thousand times the one before
_ANGLES = ("°", "\u2032", "\u2033")  # degrees, minutes and seconds, without a space before
MOST_DIGITS = 100


def group(value: Any, ndigits: int | None = None) -> str:
    """Return a number with commas, *ndigits* after the point: 12,345.6."""
    if isinstance(value, str):
        value = value.replace(",", "")
    try:
        if not isinstance(value, int):
            if not isfinite(float(value)):
                return _name(float(value))
            if isinstance(value, str):
                value = float(value) if "." in value else int(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{value:,}" if ndigits is None else f"{value:,.{_digits(ndigits)}f}"


def rank(value: Any, gender: str = "male") -> str:
    """Return 1st for 1, whatever the *gender*, which English has none of."""
    number = _whole(value)
    if isinstance(number, str):
        return number
    is_teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if is_teen else _ENDINGS.get(number % 10, 'th')}"


def spell(value: Any) -> str:
    """Return a word for what has one digit."""
    number = _whole(value)
    return _SPELLED[number] if isinstance(number, int) and 0 <= number <= 9 else str(number)


def name_power(value: Any, format: str = "%.1f") -> str:  # noqa: A002  # templates name it
    """Return 1.2 million for 1200000."""
    number = _whole(value)
    if isinstance(number, str):
        return number
    size, sign = abs(number), "-" if number < 0 else ""
    zeros = list(_POWERS)
    place = bisect(zeros, len(str(size)) - 1) - 1
    if place < 0:
        return str(number)
    shown = float(percent(format, size / 10 ** zeros[place]))
    if zeros[place + 1 :] and shown == 10 ** (zeros[place + 1] - zeros[place]):
        place, shown = place + 1, 1.0
    return f"{sign}{percent(format, shown)} {_POWERS[zeros[place]]}"


def write_fraction(value: Any) -> str:
    """Return 1 3/10 for 1.3."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if not isfinite(number):
        return _name(number)
    whole = int(number)
    rest = Fraction(number - whole).limit_denominator(1000)
    if rest.denominator == 1:
        return str(whole + rest.numerator)
    return f"{whole} {abs(rest)}" if whole else str(rest)


def write_scientific(value: Any, precision: int = 2) -> str:
    """Return 1.20 x 10³ for 1200."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if not isfinite(number):
        return _name(number)
    factor, _, exponent = f"{number:.{_digits(precision)}e}".partition("e")
    return f"{factor} x 10{str(int(exponent)).translate(_RAISED)}"


def write_metric(value: float, unit: str = "", precision: int = 3) -> str:
    """Return 1.20 kV for 1200 and V; *precision* is how many digits it has."""
    if not isfinite(value):
        return _name(value)
    exponent = floor(log10(abs(value))) if value else 0
    if not -30 <= exponent < 33:
        return write_scientific(value, precision - 1) + unit
    step, after = divmod(exponent, 3)
    value /= 10 ** (3 * step)
    places = max(0, _digits(precision) - after - 1)
    if exponent < 30 and round(abs(value), places) >= 10 ** (after + 1):
        following, after = divmod(exponent + 1, 3)
        value /= 10 ** (3 * (following - step))
        step, places = following, max(0, _digits(precision) - after - 1)
    prefix = _LARGER[step - 1] if step > 0 else _SMALLER[-step - 1] if step < 0 else ""
    space = " " if (unit or prefix) and unit not in _ANGLES else ""
    return f"{value:.{places}f}{space}{prefix}{unit}"


def write_size(
    value: Any,
    binary: bool = False,
    gnu: bool = False,
    format: str = "%.1f",  # noqa: A002  # templates name it
) -> str:
    """Return 1.2 MB for 1200000: *binary* by 1024, with MiB, or *gnu*, as `ls` has it."""
    number, base = float(value), 1024 if binary or gnu else 1000
    size = abs(number)
    if size < base:
        if gnu:
            return f"{int(number)}B"
        return f"{int(number)} {'Byte' if size == 1 else 'Bytes'}"
    units = _LARGER.upper() if binary or gnu else _LARGER
    step = int(min(log(size, base), len(units)))
    if step < len(units) and abs(float(percent(format, size / base**step))) >= base:
        step += 1
    suffix = units[step - 1] + ("" if gnu else "iB" if binary else "B")
    return f"{percent(format, number / base**step)}{'' if gnu else ' '}{suffix}"


def clamp(
    value: float | None,
    floor: float | None = None,
    ceil: float | None = None,
    format: str = "{:}",  # noqa: A002  # templates name it
    floor_token: str = "<",  # noqa: S107  # no secret
    ceil_token: str = ">",  # noqa: S107  # no secret
) -> str | None:
    """Return a number, or that it is below the *floor* or above the *ceil*: >99."""
    if value is None:
        return None
    if not isfinite(value):
        return _name(value)
    if floor is not None and value < floor:
        return floor_token + braces(format, floor)
    if ceil is not None and value > ceil:
        return ceil_token + braces(format, ceil)
    return braces(format, value)


def _whole(value: Any) -> int | str:
    """Return a whole number, or what is said of what is none."""
    try:
        number = float(value)
        return int(value) if isfinite(number) else _name(number)
    except (TypeError, ValueError):
        return str(value)


def _digits(wanted: Any) -> int:
    number = int(wanted)
    if number > MOST_DIGITS:
        raise ValueError(f"{MOST_DIGITS} digits at most")
    return number


def _name(number: float) -> str:
    """Return what is said of what is not finite."""
    return "NaN" if isnan(number) else "+Inf" if number > 0 else "-Inf"
