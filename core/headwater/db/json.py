"""JSON columns: written by pydantic, which keeps big integers; read without parsing."""

from typing import Any

import orjson
from pydantic_core import from_json, to_json


def dump(value: Any) -> str:
    """Return JSON as columns keep it: NaN and infinities are null, big integers stay."""
    return to_json(value, inf_nan_mode="null").decode()


def parse(value: orjson.Fragment | None) -> Any:
    """Return what a JSON column holds."""
    return None if value is None else from_json(value.contents)
