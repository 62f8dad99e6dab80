"""Schemas of parameters: what may not stand in one."""

from collections.abc import Iterator
from typing import Any

# Their values are no schemas, whatever they look like.
_VALUES = {"default", "const", "enum", "examples"}
# Their members are called as anybody likes.
_NAMED = {"properties", "patternProperties", "dependentSchemas", "definitions", "$defs"}


def list_remote_references(schema: Any) -> Iterator[str]:
    """Yield the references of a schema to what is not within it."""
    if isinstance(schema, list):
        for one in schema:
            yield from list_remote_references(one)
    elif isinstance(schema, dict):
        for name, value in schema.items():
            if name in ("$ref", "$dynamicRef") and isinstance(value, str):
                if not value.startswith("#"):
                    yield value
            elif name in _NAMED and isinstance(value, dict):
                yield from list_remote_references(list(value.values()))
            elif name not in _VALUES:
                yield from list_remote_references(value)
