"""What a pool's template says of its job variables by itself."""

from typing import Any


def list_defaults(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the variables that have a default, by name."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {
        name: of_variable["default"]
        for name, of_variable in properties.items()
        if isinstance(of_variable, dict) and "default" in of_variable
    }


def find_block_reference(value: Any) -> str | None:
    """Return the id of the block document that a default refers to, if it is such a reference."""
    reference = value.get("$ref") if isinstance(value, dict) else None
    if not isinstance(reference, dict):
        return None
    found = reference.get("block_document_id")
    return None if found is None else str(found)
