"""Values as people write them on a command line: JSON, or else a text."""

import json
from typing import Any


def parse_value(text: str) -> Any:
    """Return what *text* says as JSON, or itself where it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON, though Python takes it")
