"""Whether job variables fit the schema that a pool's template has for them."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def list_defaults(schema: Schema) -> dict[str, Any]:
    """Return the variables that have a default, by name."""
    return {
        name: of_variable["default"]
        for name, of_variable in _properties(schema).items()
        if isinstance(of_variable, dict) and "default" in of_variable
    }


def find_block_reference(value: Any) -> str | None:
    """Return the id of the block document that a default refers to, if it is such a reference."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    if not isinstance(reference, dict):
        return None
    found = reference.get("block_document_id")
    return None if found is None else str(found)


def relax(schema: Any) -> Any:
    """Return a schema in which an optional variable may be null, and tuples are as they are today.

    Templates were made by pydantic, whose older major wrote both otherwise than meant.
    """
    if not isinstance(schema, dict):
        return schema
    relaxed = dict(schema)
    for group in ("definitions", "$defs"):
        if isinstance(schema.get(group), dict):
            relaxed[group] = {name: relax(one) for name, one in schema[group].items()}
    if isinstance(schema.get("properties"), dict):
        required = schema.get("required")
        needed = [str(name) for name in required] if isinstance(required, list) else []
        relaxed["properties"] = {
            name: _relax_property(relax(one), optional=name not in needed)
            for name, one in schema["properties"].items()
        }
    return relaxed


def _relax_property(schema: Any, *, optional: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    relaxed = dict(schema)
    if optional and schema.get("type", "null") != "null" and "anyOf" not in schema:
        relaxed["anyOf"] = [{"type": relaxed.pop("type")}, {"type": "null"}]
    if isinstance(schema.get("items"), list):
        relaxed.setdefault("prefixItems", relaxed.pop("items"))
    return relaxed


def without_required(schema: Any) -> Any:
    """Return a schema by which nothing is missing."""
    if isinstance(schema, list):
        return [without_required(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: without_required(one) for name, one in schema.items() if name != "required"}


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}
