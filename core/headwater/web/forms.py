"""Forms made from JSON schemas: a field for each property, and what was filled in."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from headwater.texts import check_strings, mark_surrogates

PREFIX = "input:"  # of the names of fields, apart from the form's own
WHOLE = ""  # names the one field of a schema that no fields can be made of
DEEPEST = 20  # references that lead to references
TYPED = {"integer": int, "number": float}


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    HIDDEN = "hidden"  # as a password is
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    LINES = "lines"  # one value each
    JSON = "json"


@dataclass(frozen=True)
class Field:
    """A property. *item* is the type of the values of LINES, *options* are JSON and words."""

    name: str
    title: str
    description: str
    kind: Kind
    required: bool
    nullable: bool = False
    begin: str = ""  # what the field holds at first
    item: str = "string"
    options: tuple[tuple[str, str], ...] = ()


def make_fields(schema: Any) -> list[Field]:
    """Return a field for each property, or the one for a whole input as JSON."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not all(
        isinstance(p, dict) for p in properties.values()
    ):
        return [Field(WHOLE, "Input", "An object, as JSON.", Kind.JSON, True, begin="{}")]
    required = schema.get("required")
    named = required if isinstance(required, list) else []
    return [_field(name, one, name in named, schema) for name, one in properties.items()]


def _field(name: str, said: dict[str, Any], required: bool, schema: dict[str, Any]) -> Field:
    meant, nullable = _resolve(said, schema)
    kind = _kind(meant, nullable, schema)
    default = said.get("default", meant.get("default"))
    options: tuple[tuple[str, str], ...] = ()
    if kind is Kind.CHOICE:
        options = tuple((json.dumps(one), _word(one)) for one in _choices(meant))
    item, _ = _resolve_items(meant, schema)
    return Field(
        name=name,
        title=str(said.get("title") or meant.get("title") or name),
        description=str(said.get("description") or meant.get("description") or ""),
        kind=Kind.LONG_TEXT if kind is Kind.TEXT and "\n" in str(default) else kind,
        required=required,
        nullable=nullable,
        begin=_begin(kind, default),
        item=str(item.get("type", "string")),
        options=options,
    )


def _resolve(said: dict[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return what a property means behind its references, and whether it may be null."""
    nullable = False
    for _ in range(DEEPEST):
        others = [said[key] for key in ("anyOf", "oneOf", "allOf") if key in said]
        if isinstance(said.get("$ref"), str):
            found = _look_up(said["$ref"], schema)
        elif others and isinstance(others[0], list):
            wanted = [one for one in others[0] if one != {"type": "null"}]
            nullable = nullable or len(wanted) < len(others[0])
            found = wanted[0] if len(wanted) == 1 else None
        else:
            return said, nullable
        if not isinstance(found, dict):
            return {}, nullable
        said = found
    return {}, nullable


def _resolve_items(meant: dict[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    items = meant.get("items")
    return _resolve(items, schema) if isinstance(items, dict) else ({}, False)


def _look_up(reference: str, schema: dict[str, Any]) -> Any:
    """Return what a reference within the schema leads to; others lead nowhere."""
    place: Any = schema
    for step in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ["#"]:
        name = step.replace("~1", "/").replace("~0", "~")
        place = place.get(name) if isinstance(place, dict) else None
    return place


def _kind(meant: dict[str, Any], nullable: bool, schema: dict[str, Any]) -> Kind:
    if isinstance(meant.get("enum"), list) or "const" in meant:
        return Kind.CHOICE
    match meant.get("type"):
        case "boolean":
            return Kind.CHOICE if nullable else Kind.BOOLEAN
        case "integer":
            return Kind.INTEGER
        case "number":
            return Kind.NUMBER
        case "string":
            return _kind_of_text(meant.get("format"))
        case "array":
            item, may_be_null = _resolve_items(meant, schema)
            simple = item.get("type") in ("string", *TYPED) and "enum" not in item
            return Kind.LINES if simple and not may_be_null else Kind.JSON
        case _:
            return Kind.JSON


def _kind_of_text(form: Any) -> Kind:
    return {"date": Kind.DATE, "password": Kind.HIDDEN}.get(str(form), Kind.TEXT)


def _choices(meant: dict[str, Any]) -> list[Any]:
    if isinstance(meant.get("enum"), list):
        return list(meant["enum"])
    return [meant["const"]] if "const" in meant else [True, False]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value if isinstance(value, str) else json.dumps(value)


def _begin(kind: Kind, default: Any) -> str:
    if default is None:
        return ""
    if kind is Kind.BOOLEAN:
        return "on" if default is True else ""
    if kind is Kind.LINES:
        return "\n".join(map(str, default)) if isinstance(default, list) else ""
    if kind is Kind.JSON:
        return json.dumps(default, indent=2, ensure_ascii=False)
    if kind is Kind.CHOICE:
        return json.dumps(default)
    return str(default)


@dataclass(frozen=True)
class Filled:
    """What a form says: an input, and what is wrong with it, by the fields' names."""

    value: dict[str, Any]
    errors: Mapping[str, str]
    others: tuple[str, ...] = ()  # what is wrong with no field of its own


class Mismatch(Protocol):
    """Where a value is not as it should be, and how it is."""

    @property
    def path(self) -> Any: ...
    @property
    def message(self) -> str: ...


def read_form(
    fields: list[Field],
    form: Mapping[str, str],
    check: Callable[[dict[str, Any]], Iterable[Mismatch]] = lambda _value: (),
) -> Filled:
    """Read a form, and *check* what it says as a whole."""
    value: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in fields:
        text = form.get(PREFIX + field.name, "")
        try:
            given = _read(field, text)
        except ValueError as error:
            errors[field.name] = str(error)
            continue
        if field.name == WHOLE and given is not None:
            value = given
        elif given is not None or (field.nullable and not text.strip() and field.begin):
            value[field.name] = given
    others = []
    for one in check(value) if not errors else ():
        name = str(one.path[0]) if one.path else WHOLE
        if name in {field.name for field in fields}:
            errors.setdefault(name, _at(one.path[1:], one.message))
        else:
            others.append(_at(one.path, one.message))
    return Filled(value, errors, tuple(others))


def _read(field: Field, text: str) -> Any:
    """Return the value of a field, None for none; raise ValueError saying what is wrong."""
    if field.kind is Kind.BOOLEAN:
        return text == "on"
    if not text.strip():
        if field.required and not field.nullable and field.kind is not Kind.LINES:
            raise ValueError("This is needed.")
        if field.kind is Kind.LINES:
            return [] if field.required or field.begin else None
        cleared = field.begin and not field.nullable and field.kind in (Kind.TEXT, Kind.LONG_TEXT)
        return "" if cleared else None
    match field.kind:
        case Kind.INTEGER | Kind.NUMBER:
            return _number(field.kind.value, text.strip())
        case Kind.LINES:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            return [_number(field.item, line) if field.item in TYPED else line for line in lines]
        case Kind.JSON | Kind.CHOICE:
            return _json(field, text)
        case Kind.LONG_TEXT:
            return text.replace("\r\n", "\n")
    return text


def _number(kind: str, text: str) -> int | float:
    try:
        number: int | float = int(text) if kind == "integer" else float(text)
    except ValueError:
        what = "whole number" if kind == "integer" else "number"
        raise ValueError(f"{text!r} is no {what}.") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f"{text!r} is no number that JSON has.")
    return int(number) if kind == "number" and text.isdecimal() else number


def read_json(text: str) -> Any:
    """Return what was typed as JSON; raise ValueError saying why it cannot be kept as such."""
    try:
        value = mark_surrogates(json.loads(text, parse_constant=_refuse))
    except RecursionError:
        raise ValueError("This is nested too deeply.") from None
    except ValueError as error:
        raise ValueError(f"This is no JSON: {error}") from None
    try:
        return check_strings(value)
    except ValueError as error:
        raise ValueError(f"This {error}.") from None


def _json(field: Field, text: str) -> Any:
    value = read_json(text)
    if field.name == WHOLE and not isinstance(value, dict):
        raise ValueError("This is no object.")
    return value


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _at(path: tuple[str | int, ...], message: str) -> str:
    return f"{'.'.join(map(str, path))}: {message}" if path else message
