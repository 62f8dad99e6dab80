"""What text, JSON and times are taken and kept, the same on both databases.

What a person chose is refused when a database could not keep it; what a machine wrote is kept
with a visible sign in its place, and never refused.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, FiniteFloat

# What an index takes of one text: PostgreSQL refuses rows whose indexed columns have over 2,704.
LARGEST_KEY = 1024  # bytes
DEEPEST = 200  # lists and objects within each other: what the strict parser takes
NUL, NUL_SIGN = "\0", "\u2400"
SURROGATE_SIGN = "\ufffd"
# Stands for a lone surrogate between the parser that took it and the validators below.
LONE_SURROGATE = "\U0010fffe"


def _map_strings(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(key): _map_strings(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_strings(item, change) for item in value]
    return value


def mark_surrogates(value: Any) -> Any:
    """Return parsed JSON in which each lone surrogate, which no database takes, is marked.

    Raise RecursionError for more than DEEPEST levels, which could not be written again.
    """
    if _is_deeper(value, DEEPEST):
        raise RecursionError
    return _map_strings(value, _mark)


def _is_deeper(value: Any, levels: int) -> bool:
    members = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return False
    return levels == 0 or any(_is_deeper(member, levels - 1) for member in members)


def _mark(text: str) -> str:
    if text.isascii():
        return text
    return "".join(LONE_SURROGATE if "\ud800" <= sign <= "\udfff" else sign for sign in text)


def _show(text: str) -> str:
    if NUL in text:
        text = text.replace(NUL, NUL_SIGN)
    return text if text.isascii() else text.replace(LONE_SURROGATE, SURROGATE_SIGN)


def _check(text: str) -> str:
    if NUL in text:
        raise ValueError("must not contain a NUL character")
    if not text.isascii() and LONE_SURROGATE in text:
        raise ValueError("must not contain a lone surrogate")
    return text


def check_strings(value: Any) -> Any:
    """Return marked JSON; raise ValueError for a string in it that a database could not keep."""
    return _map_strings(value, _check)


def show(value: Any) -> Any:
    """Return *value* with a visible sign for each NUL and each lone surrogate."""
    return _map_strings(value, _show)


def check_size(text: str) -> str:
    if len(text.encode(errors="replace")) > LARGEST_KEY:
        raise ValueError(f"must not be longer than {LARGEST_KEY} bytes")
    return text


def _to_utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


ChosenAny = Annotated[Any, AfterValidator(check_strings)]
ChosenJson = Annotated[dict[str, Any], AfterValidator(check_strings)]
ChosenString = Annotated[str, AfterValidator(_check)]
ChosenKey = Annotated[ChosenString, AfterValidator(check_size)]
ChosenText = Annotated[ChosenString, Field(min_length=1)]
# JSON has no NaN: it would read back as null, which is no label, and no client could read the run.
ChosenLabels = dict[ChosenString, bool | int | FiniteFloat | ChosenString]
WrittenAny = Annotated[Any, AfterValidator(show)]
WrittenJson = Annotated[dict[str, Any], AfterValidator(show)]
WrittenText = Annotated[str, AfterValidator(_show)]

# A time as UTC; one without a zone is meant as UTC, as the clients mean it.
Moment = Annotated[datetime, AfterValidator(_to_utc)]
# What both databases keep in an integer column.
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
