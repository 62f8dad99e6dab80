"""Holds schemas to what a JSON schema is, and values to their schema."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from headwater.conformance.patterns import RULES

if TYPE_CHECKING:
    from jsonschema import ValidationError

REMEMBERED = 20_000  # characters of a schema, at most, that is remembered to be one


class SchemaError(ValueError):
    """The schema is none, or refers to what is not in it."""


class MismatchError(ValueError):
    """The value is not what the schema asks for; the message names the field and says why."""


@dataclass(frozen=True)
class Mismatch:
    """What is wrong, and the way to it: names of fields and numbers of items."""

    path: tuple[str | int, ...]
    message: str


def check_schema(schema: Any) -> None:
    """Raise SchemaError for what is no JSON schema (draft 2020-12)."""
    try:
        text = json.dumps(schema)
        # Each run of a deployment asks again, and to find out takes longer than to make the run.
        fault = _find_known_fault(text) if len(text) <= REMEMBERED else _find_fault(schema)
    except RecursionError:
        fault = "it is too deep."
    if fault is not None:
        raise SchemaError(f"Invalid schema: {fault}")


@lru_cache(maxsize=128)
def _find_known_fault(text: str) -> str | None:
    return _find_fault(json.loads(text))


def _find_fault(schema: Any) -> str | None:
    # Late: they take a twentieth of a server's start, and few requests bring a schema.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as Invalid

    try:
        Draft202012Validator.check_schema(schema)
    except Invalid as error:
        return error.message
    except OverflowError as error:  # of a pattern
        return str(error)
    return None


def check(value: Any, schema: Any) -> None:
    """Raise MismatchError where *value* is not what a checked schema asks for, or SchemaError."""
    from jsonschema.exceptions import best_match

    found = best_match(_list_errors(value, schema))
    if found is not None:
        path = found.json_path.removeprefix("$").removeprefix(".")
        place = f" for field {path!r}" if path else ""
        raise MismatchError(f"Validation failed{place}. Failure reason: {found.message}")


def list_mismatches(value: Any, schema: Any) -> list[Mismatch]:
    """Return all that is not what a checked schema asks for, or raise SchemaError."""
    return [
        Mismatch((*error.absolute_path, *_missing(error)), error.message)
        for error in _list_errors(value, schema)
    ]


def _list_errors(value: Any, schema: Any) -> "list[ValidationError]":
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        # A registry of our own: without one, references to elsewhere would be fetched.
        return list(_validator()(schema, registry=Registry()).iter_errors(value))
    except Unresolvable as error:
        raise SchemaError(f"Validation failed. Failure reason: {error}") from None
    except RecursionError:
        raise SchemaError("Unable to validate schema with circular references.") from None
    except ArithmeticError as error:  # of a number too large
        raise SchemaError(f"Invalid schema: {error}") from None


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(Draft202012Validator, RULES)  # type: ignore[no-untyped-call]  # it has no types


def _missing(error: "ValidationError") -> list[str]:
    """Return the field that an error misses: it is said to be where it should be."""
    if error.validator != "required":
        return []
    names: list[str] = error.validator_value  # type: ignore[assignment]  # of this rule it is that
    return [name for name in names if error.message.startswith(repr(name))][:1]
