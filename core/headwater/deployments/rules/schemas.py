"""Schemas of parameters: what may stand in one, and how one is read."""

from collections.abc import Iterator, Mapping
from typing import Any

# Their values are no schemas, whatever they look like.
_VALUES = {"default", "const", "enum", "examples"}


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
            elif name not in _VALUES:
                yield from list_remote_references(value)


def relax(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema by which what is optional and has no default may be null, and tuples are
    written as they are today: pydantic's older major wrote both otherwise than meant."""
    relaxed = dict(schema)
    _relax_properties(relaxed)
    definitions = relaxed.get("definitions")
    if isinstance(definitions, dict):
        relaxed["definitions"] = {name: _relax_one(one) for name, one in definitions.items()}
    return relaxed


def _relax_one(definition: Any) -> Any:
    if not isinstance(definition, dict):
        return definition
    relaxed = dict(definition)
    _relax_properties(relaxed)
    if "block_type_slug" not in relaxed:
        return relaxed
    # A block may also be named by its id.
    reference = {
        "type": "object",
        "properties": {"$ref": {"oneOf": [{"type": "string"}, {"type": "object"}]}},
        "required": ["$ref"],
    }
    return {"oneOf": [relaxed, reference]}


def _relax_properties(schema: dict[str, Any]) -> None:
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict):
        return
    if not isinstance(required, list):
        required = []
    needed = [name for name in required or () if isinstance(name, str)]
    schema["properties"] = {
        name: _relax_property(one, optional=name not in needed) for name, one in properties.items()
    }


def _relax_property(schema: Any, *, optional: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    relaxed = dict(schema)
    has_type = "anyOf" not in schema and schema.get("type", "null") != "null"
    if optional and has_type and "default" not in schema:
        relaxed["anyOf"] = [{"type": relaxed.pop("type")}, {"type": "null"}]
    if _is_list(schema.get("items")):
        relaxed.setdefault("prefixItems", relaxed.pop("items"))
    _relax_properties(relaxed)
    return relaxed


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def without_required(schema: Any) -> Any:
    """Return a schema by which nothing is missing."""
    if isinstance(schema, list):
        return [without_required(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: without_required(one)
        for name, one in schema.items()
        if name != "required" or not _is_list(one)
    }
