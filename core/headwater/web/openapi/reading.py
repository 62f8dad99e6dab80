"""The document as people read it: what the page at /api/docs shows of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.web.openapi.components import PREFIX, Json
from headwater.web.openapi.document import RIGHT

_WORDS = {"uuid": "UUID", "date-time": "time", "null": "null", "binary": "bytes"}
_LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
}


@dataclass(frozen=True)
class Word:
    """A piece of a type's name; *schema* is the component that it leads to, if any."""

    text: str
    schema: str | None = None


@dataclass(frozen=True)
class Field:
    name: str
    type: Sequence[Word]
    required: bool
    default: Any  # None: none
    note: str


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    type: Sequence[Word]


@dataclass(frozen=True)
class Shown:
    """A route. *body* is its type, None where it takes none."""

    id: str
    method: str
    path: str
    right: str
    tags: Sequence[str]
    summary: str
    description: str
    parameters: Sequence[Field]
    body: Sequence[Word] | None
    body_fields: Sequence[Field]
    answers: Sequence[Answer]


@dataclass(frozen=True)
class ShownSchema:
    name: str
    description: str
    type: Sequence[Word]
    fields: Sequence[Field]


def list_groups(document: Json) -> list[tuple[str, list[Shown]]]:
    """Return the routes under their groups, both in the document's order."""
    groups: dict[str, list[Shown]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = _show(document, method.upper(), path, operation)
            groups.setdefault(operation["tags"][0], []).append(shown)
    return sorted(groups.items())


def list_schemas(document: Json) -> list[ShownSchema]:
    return [
        ShownSchema(name, schema.get("description", ""), words_of(schema), fields_of(schema))
        for name, schema in document["components"]["schemas"].items()
    ]


def _show(document: Json, method: str, path: str, operation: Json) -> Shown:
    body = _content(operation.get("requestBody"))
    return Shown(
        id=operation["operationId"],
        method=method,
        path=document["servers"][0]["url"] + path,
        right=operation[RIGHT],
        tags=operation["tags"][1:],
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=[_parameter(one) for one in operation["parameters"] if one["in"] != "header"],
        body=None if body is None else words_of(body),
        body_fields=fields_of(_resolve(document, body)) if body else (),
        answers=[
            Answer(status, answer["description"], _answer_words(answer))
            for status, answer in operation["responses"].items()
        ],
    )


def _parameter(parameter: Json) -> Field:
    schema = parameter["schema"]
    note = f"in the {parameter['in']}"
    required, default = parameter["required"], schema.get("default")
    return Field(parameter["name"], words_of(schema), required, default, note)


def _content(described: Json | None) -> Json | None:
    """Return the schema of a body or an answer, if it has one."""
    for media in (described or {}).get("content", {}).values():
        found: Json = media["schema"]
        return found
    return None


def _answer_words(answer: Json) -> Sequence[Word]:
    schema = _content(answer)
    return (Word("nothing"),) if schema is None else words_of(schema)


def _resolve(document: Json, schema: Json) -> Json:
    """Return the component that a schema names, or lists."""
    schema = schema.get("items", schema)
    if "$ref" not in schema:
        return schema
    found: Json = document["components"]["schemas"][schema["$ref"].removeprefix(PREFIX)]
    return found


def fields_of(schema: Json) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(name, words_of(one), name in required, _default(one), _note(one))
        for name, one in schema.get("properties", {}).items()
    ]


def _default(schema: Json) -> Any:
    """Return the default of a field, if it says more than its type does."""
    default = schema.get("default")
    return None if isinstance(default, dict) and default else default


def _note(schema: Json) -> str:
    limits = ", ".join(_list_limits(schema))
    return " · ".join(part for part in (schema.get("description", ""), limits) if part)


def _list_limits(schema: Mapping[str, Any]) -> Iterator[str]:
    for key, words in _LIMITS.items():
        if key in schema:
            yield words.format(schema[key])
    for one in schema.get("anyOf", ()):
        yield from _list_limits(one)


def words_of(schema: Json) -> list[Word]:
    """Return the name of a type, as in "list of FlowRunResponse" or "UUID or null"."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(PREFIX)
        return [Word(name, name)]
    choices = schema.get("anyOf", schema.get("oneOf", schema.get("allOf")))
    if choices is not None:
        return _join([words_of(one) for one in choices], " or ")
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return [Word("one of " if len(values) > 1 else ""), Word(", ".join(map(str, values)))]
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return [Word("list of "), *words_of(schema.get("items", {}))]
    values = schema.get("additionalProperties")
    if kind == "object" and isinstance(values, dict) and "properties" not in schema:
        return [Word("object of "), *words_of(values)]
    kind = str(schema.get("format", kind))
    return [Word(_WORDS.get(kind, kind))]


def _join(parts: list[list[Word]], sign: str) -> list[Word]:
    joined: list[Word] = []
    for part in parts:
        joined += [Word(sign), *part] if joined else part
    return joined
