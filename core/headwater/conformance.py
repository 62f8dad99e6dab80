"""Whether values are what a JSON schema asks for, where the schema is a client's.

References are followed within the schema alone: nothing is ever fetched.
"""

import re
from typing import Any


class SchemaError(ValueError):
    """The schema is none, or refers to what is not in it."""


class MismatchError(ValueError):
    """The value is not what the schema asks for; the message names the field and says why."""


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
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        # A registry of our own: without one, references to elsewhere would be fetched.
        found = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(value))
    except Unresolvable as error:
        raise SchemaError(f"Validation failed. Failure reason: {error}") from None
    except RecursionError:
        raise SchemaError("Unable to validate schema with circular references.") from None
    except (re.error, ArithmeticError) as error:  # of a pattern, of a number too large
        raise SchemaError(f"Invalid schema: {error}") from None
    if found is not None:
        path = found.json_path.removeprefix("$").removeprefix(".")
        place = f" for field {path!r}" if path else ""
        raise MismatchError(f"Validation failed{place}. Failure reason: {found.message}")
