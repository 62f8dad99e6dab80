"""Values as people write them on a command line: JSON, texts, files with texts in them; times."""

import json
import re
from datetime import datetime, timedelta
from math import isinf, isnan
from pathlib import Path
from typing import Any, NoReturn

import click

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType[str]):
    """A time as ISO 8601 has it, by this machine's zone if it names none; or as far ago as `2h`."""

    name = "time"

    def convert(self, value: Any, param: Any, context: Any) -> str:
        if ago := re.fullmatch(r"(\d{1,6})([mhd])", value):
            far = timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            return (datetime.now().astimezone() - far).isoformat()
        try:
            return datetime.fromisoformat(value).astimezone().isoformat()
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time; write 2026-11-25T03:00, or 90m, 2h, 3d ago.")


class Seconds(click.ParamType[float]):
    """A length of time such as `30s`, `5m`, `4h` or `1d`, in seconds."""

    name = "length"

    def convert(self, value: Any, param: Any, context: Any) -> float:
        length = re.fullmatch(r"(\d{1,6})([smhd])", value)
        if length is None:
            self.fail(f"{value!r} is no length of time; write 30s, 5m, 4h or 1d.")
        return timedelta(**{_UNITS[length[2]]: int(length[1])}).total_seconds()


class Number(click.FloatRange):
    """A number within limits; `nan`, which none keeps out, is no number."""

    def convert(self, value: Any, param: Any, context: Any) -> float:
        number: float = super().convert(value, param, context)
        if isnan(number):
            self.fail(f"{value!r} is no number.", param, context)
        return number


class Text(click.ParamType[str]):
    """A text, or what is in a file: `@FILE`."""

    name = "text"

    def convert(self, value: Any, param: Any, context: Any) -> str:
        if not value.startswith("@"):
            return str(value)
        try:
            return Path(value[1:]).read_text("utf-8")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            self.fail(f"{value[1:]} cannot be read: {reason}.")


def parse_value(text: str) -> Any:
    """Return what *text* says as JSON, or itself where it is none."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_parse_float)
    except (ValueError, RecursionError):
        return text


def _parse_float(text: str) -> float:
    value = float(text)
    if isinf(value):
        _refuse(text)
    return value


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number that JSON has, though Python takes it")
