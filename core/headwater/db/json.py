"""JSON columns: written by pydantic, which keeps big integers; read without parsing."""

from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, from_json, to_json


@dataclass(frozen=True)
class Holds:
    """Says what an unparsed column holds: `tags: Annotated[orjson.Fragment, Holds(list[str])]`."""

    kind: Any

    def __get_pydantic_core_schema__(
        self, _source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return handler.generate_schema(self.kind)


def dump(value: Any) -> str:
    """Return JSON as columns keep it: NaN and infinities are null, big integers stay.

    What was dumped before goes as it is.
    """
    if isinstance(value, orjson.Fragment):
        return text(value).decode()
    return to_json(value, inf_nan_mode="null").decode()


def text(value: orjson.Fragment) -> bytes:
    """Return the JSON that a column holds."""
    return orjson.dumps(value)  # a fragment has no attribute for it


def parse(value: orjson.Fragment | None) -> Any:
    """Return what a JSON column holds."""
    return None if value is None else from_json(text(value))


def fragment(value: Any) -> orjson.Fragment:
    """Return *value* dumped once, for a column and an answer both."""
    return orjson.Fragment(dump(value))
