"""Schemas that ask for less than they say: pydantic's older major wrote more than it meant."""

from typing import Any


def relax(schema: Any, *, null_beside_default: bool = False) -> Any:
    """Return a schema by which what is optional may be null, tuples are written as they are today,
    and a block may also be named by its id.

    What has a default may be null only with *null_beside_default*: a client leaves it away, but
    whoever fills in a template of job variables sends null.
    """
    if not isinstance(schema, dict):
        return schema
    relaxed = dict(schema)
    for group in ("definitions", "$defs"):
        if isinstance(schema.get(group), dict):
            relaxed[group] = {
                name: _or_reference(relax(one, null_beside_default=null_beside_default))
                for name, one in schema[group].items()
            }
    if isinstance(schema.get("properties"), dict):
        required = schema.get("required")
        needed = required if isinstance(required, list) else []
        relaxed["properties"] = {
            name: relax(
                one if name in needed else _or_null(one, null_beside_default),
                null_beside_default=null_beside_default,
            )
            for name, one in schema["properties"].items()
        }
    if isinstance(schema.get("items"), list):
        relaxed.setdefault("prefixItems", relaxed.pop("items"))
    return relaxed


def _or_null(schema: Any, beside_default: bool) -> Any:
    if not isinstance(schema, dict) or "anyOf" in schema:
        return schema
    if schema.get("type", "null") == "null" or ("default" in schema and not beside_default):
        return schema
    relaxed = dict(schema)
    relaxed["anyOf"] = [{"type": relaxed.pop("type")}, {"type": "null"}]
    return relaxed


def _or_reference(definition: Any) -> Any:
    if not isinstance(definition, dict) or "block_type_slug" not in definition:
        return definition
    reference = {
        "type": "object",
        "properties": {"$ref": {"oneOf": [{"type": "string"}, {"type": "object"}]}},
        "required": ["$ref"],
    }
    return {"anyOf": [definition, reference]}  # both fit, where nothing is required


def without_required(schema: Any) -> Any:
    """Return a schema by which nothing is missing."""
    if isinstance(schema, list):
        return [without_required(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    # A property may be called so, too.
    return {
        name: without_required(one)
        for name, one in schema.items()
        if name != "required" or not isinstance(one, list)
    }
