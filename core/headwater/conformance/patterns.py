"""Regular expressions of clients' schemas.

Python's `re` may try exponentially many ways, so pydantic's engine takes its place: its time grows
with the text, and it knows no way back. What it does not know either (a look ahead, a reference to
a group), or what is very large, asks for nothing: the flow's own model holds its parameters to it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaError, SchemaValidator, core_schema

if TYPE_CHECKING:
    from jsonschema import ValidationError

LONGEST_PATTERN, LONGEST_TEXT = 1_000, 10_000  # characters
MOST_STEPS = 10_000  # in a pattern as it is when its repetitions are written out
# A number of repetitions, and the end of a group before it.
_REPEATED = re.compile(r"(\)?)\{\s*(\d{1,9})?\s*(?:,\s*(\d{1,9})?\s*)?\}")


def is_found(pattern: str, text: str) -> bool | None:
    """Say if a pattern is found in a text; None: it is not looked for."""
    compiled = _compile(pattern) if len(text) <= LONGEST_TEXT else None
    return None if compiled is None else compiled.isinstance_python(text)


@lru_cache(maxsize=64)  # each may take megabytes
def _compile(pattern: str) -> SchemaValidator | None:
    if len(pattern) > LONGEST_PATTERN or _count_steps(pattern) > MOST_STEPS:
        return None
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except SchemaError:
        return None


def _count_steps(pattern: str) -> int:
    """Return about how long a pattern is without its repetitions, rather too long."""
    counts = [
        (bool(group), max(int(least or 0), int(most or 0)))
        for group, least, most in _REPEATED.findall(pattern)
    ]
    groups = prod(max(1, count) for of_group, count in counts if of_group)
    return groups * (len(pattern) + sum(count for of_group, count in counts if not of_group))


def check_pattern(
    validator: Any, pattern: str, value: Any, _schema: Any
) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if validator.is_type(value, "string") and is_found(pattern, value) is False:
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def check_pattern_properties(
    validator: Any, patterns: dict[str, Any], value: Any, _schema: Any
) -> "Iterator[ValidationError]":
    if not validator.is_type(value, "object"):
        return
    for pattern, schema in patterns.items():
        for name, one in value.items():
            if is_found(pattern, name):
                yield from validator.descend(one, schema, path=name, schema_path=pattern)


def check_additional_properties(
    validator: Any, wanted: Any, value: Any, schema: dict[str, Any]
) -> "Iterator[ValidationError]":
    from jsonschema import Draft202012Validator

    patterns = schema.get("patternProperties")
    if patterns and validator.is_type(value, "object"):
        value = {
            name: one
            for name, one in value.items()
            if all(is_found(pattern, name) is False for pattern in patterns)
        }
        schema = {name: one for name, one in schema.items() if name != "patternProperties"}
    yield from Draft202012Validator.VALIDATORS["additionalProperties"](
        validator, wanted, value, schema
    )


def check_nothing(*_: Any) -> "Iterator[ValidationError]":
    """Stand for a rule that would look for patterns by itself."""
    return iter(())


RULES = {
    "pattern": check_pattern,
    "patternProperties": check_pattern_properties,
    "additionalProperties": check_additional_properties,
    "unevaluatedProperties": check_nothing,
}
