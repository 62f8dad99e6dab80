"""The identity of a block schema, and what belongs to it, as the clients work these out."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from headwater.errors import InvalidError

PREFIX = "#/definitions/"


class Child(NamedTuple):
    """A block that a field takes, as the schema's references name it."""

    field: str
    slug: str
    checksum: str


class Found(NamedTuple):
    """A block that a field takes, with its own schema's fields as a read answers them."""

    child: Child
    fields: Mapping[str, Any]


def checksum(fields: Mapping[str, Any]) -> str:
    """Return the clients' name for *fields*; it must be theirs to the byte.

    What is secret is not part of it, nor are definitions of nested blocks, which have a checksum
    of their own. A list of references counts with its order.
    """
    counted = _without_secret_fields(fields)
    if definitions := counted.get("definitions"):
        kept = plain_definitions(counted, definitions)
        counted = {key: value for key, value in counted.items() if key != "definitions"}
        counted |= {"definitions": kept} if kept else {}
    text = json.dumps([[counted], {}], sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def list_children(fields: Mapping[str, Any]) -> list[Child]:
    """Return the blocks that *fields* refer to; raise InvalidError for what is no reference."""
    references = fields.get("block_schema_references", {})
    if not isinstance(references, dict):
        raise InvalidError("fields.block_schema_references is no object.")
    return [
        _child(name, one)
        for name, given in references.items()
        for one in (given if isinstance(given, list) else [given])  # a union has several
    ]


def resolve(fields: Mapping[str, Any], found: Iterable[Found]) -> dict[str, Any]:
    """Return what a read answers: *fields* with the schemas of their blocks, in one flat list."""
    references: dict[str, Any] = {}
    definitions = plain_definitions(fields, fields.get("definitions"))
    for (name, slug, known), inner in found:
        reference = {"block_schema_checksum": known, "block_type_slug": slug}
        references.setdefault(name, [])
        if reference not in references[name]:
            references[name].append(reference)
        if isinstance(title := inner.get("title"), str):
            own = {key: value for key, value in inner.items() if key != "definitions"}
            definitions |= {title: own} | (inner.get("definitions") or {})
    resolved = dict(fields)
    resolved["block_schema_references"] = {
        name: several if len(several) > 1 else several[0] for name, several in references.items()
    }
    if definitions or fields.get("definitions"):
        resolved.pop("definitions", None)
    return resolved | ({"definitions": definitions} if definitions else {})


def plain_definitions(used_in: Any, definitions: Any) -> dict[str, Any]:
    """Return those definitions that *used_in* needs, itself or by another, and are no blocks."""
    return {
        key: definition
        for key, definition in _reached(used_in, definitions, through_blocks=False).items()
        if not _is_block(definition)
    }


def fields_of_child(fields: Mapping[str, Any], child: Child) -> dict[str, Any] | None:
    """Return the fields of a nested block as its own schema would have been sent, if defined."""
    properties, definitions = fields.get("properties"), fields.get("definitions")
    if not isinstance(properties, dict) or not isinstance(definitions, dict):
        return None
    keys = [key.replace(PREFIX, "") for key in _find_references(properties.get(child.field))]
    found: list[dict[str, Any]] = [
        definitions[key] for key in keys if isinstance(definitions.get(key), dict)
    ]
    if len(keys) > 1:  # a union: each of its blocks is one of the field's references
        found = [one for one in found if one.get("block_type_slug") == child.slug]
    if not found:
        return None
    # With what this one needs only: others' definitions would change its checksum.
    needed = _reached(found[0], definitions, through_blocks=True)
    return found[0] | ({"definitions": needed} if needed else {})


def _child(name: str, reference: Any) -> Child:
    keys = ("block_type_slug", "block_schema_checksum")
    values = [reference.get(key) if isinstance(reference, dict) else None for key in keys]
    if not all(isinstance(value, str) for value in values):
        raise InvalidError(f"fields.block_schema_references.{name} lacks one of {', '.join(keys)}.")
    return Child(name, *map(str, values))


def _without_secret_fields(value: Mapping[str, Any]) -> dict[str, Any]:
    # Lists are not entered: the clients leave them as they are.
    return {
        key: _without_secret_fields(item) if isinstance(item, dict) else item
        for key, item in value.items()
        if key != "secret_fields"
    }


def _reached(used_in: Any, definitions: Any, *, through_blocks: bool) -> dict[str, Any]:
    reached: dict[str, Any] = {}
    waiting = list(_find_references(used_in))
    while waiting and isinstance(definitions, dict):
        key = waiting.pop().replace(PREFIX, "")
        definition = definitions.get(key)
        if key in reached or not isinstance(definition, dict) or not definition:
            continue
        reached[key] = definition
        if through_blocks or not _is_block(definition):
            waiting += _find_references(definition)
    return reached


def _is_block(definition: Mapping[str, Any]) -> bool:
    return definition.get("block_type_slug") is not None


def _find_references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        for item in value.values():
            yield from _find_references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _find_references(item)
