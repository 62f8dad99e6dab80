"""Whether values are what a JSON schema asks for, where the schema is a client's.

References are followed within the schema alone: nothing is ever fetched.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError


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
    # Late: they take a twentieth of a server's start, and few requests bring a schema.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as Invalid

    try:
        Draft202012Validator.check_schema(schema)
    except Invalid as error:
        raise SchemaError(f"Invalid schema: {error.message}") from None
    except RecursionError:
        raise SchemaError("Invalid schema: it is too deep.") from None


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
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        # A registry of our own: without one, references to elsewhere would be fetched.
        return list(Draft202012Validator(schema, registry=Registry()).iter_errors(value))
    except Unresolvable as error:
        raise SchemaError(f"Validation failed. Failure reason: {error}") from None
    except RecursionError:
        raise SchemaError("Unable to validate schema with circular references.") from None
    except (re.error, ArithmeticError) as error:  # of a pattern, of a number too large
        raise SchemaError(f"Invalid schema: {error}") from None


def _missing(error: "ValidationError") -> list[str]:
    """Return the field that an error misses: it is said to be where it should be."""
    if error.validator != "required":
        return []
    names: list[str] = error.validator_value  # type: ignore[assignment]  # of this rule it is that
    return [name for name in names if error.message.startswith(repr(name))][:1]
