"""Values as people write them on a command line: JSON, or else a text."""

import json
from math import isinf
from typing import Any, NoReturn


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
