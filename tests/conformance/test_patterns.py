"""Patterns of clients' schemas: what is held to them, and that none takes long."""

from typing import Any

import pytest

from headwater.conformance import (
    MismatchError,
    SchemaError,
    check,
    check_schema,
    list_mismatches,
)
from headwater.conformance.patterns import LONGEST_PATTERN, LONGEST_TEXT, is_found

SLOW = "^(a+)+$"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^[a-z]+$", "abc", True),
        ("^[a-z]+$", "aBc", False),
        ("b", "abc", True),
        (r"^\d{4}-\d{2}$", "2026-11", True),
        (r"^\d{4}-\d{2}$", "2026-1", False),
        ("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "0" * 36, False),
        (r"^\w{1,20}$", "é" * 20, True),
        (SLOW, "a" * 1_000 + "b", False),
        ("(a|a)*$", "a" * 1_000, True),
    ],
)
def test_a_pattern_is_found_or_not(pattern: str, text: str, found: bool) -> None:
    assert is_found(pattern, text) is found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?=.*[0-9])abc", "abc"),
        (r"(a)\1", "aa"),
        (r"^\w{1,255}$", "a"),  # hundreds of signs, 255 times: too large for the engine
        ("a{1000}{1000}", "a"),
        ("((a{100}){100}){100}", "a"),
        ("a" * (LONGEST_PATTERN + 1), "a"),
        ("a", "b" * (LONGEST_TEXT + 1)),
    ],
)
def test_what_may_take_long_is_not_looked_for(pattern: str, text: str) -> None:
    assert is_found(pattern, text) is None
    check({"x": text}, {"properties": {"x": {"type": "string", "pattern": pattern}}})


def test_a_value_is_refused_in_words_that_name_its_pattern() -> None:
    schema = {"properties": {"x": {"type": "string", "pattern": "^[a-z]$"}}}

    with pytest.raises(MismatchError, match=r"field 'x'.*'A' does not match '\^\[a-z\]\$'"):
        check({"x": "A"}, schema)


def test_members_are_held_to_the_patterns_of_their_names() -> None:
    named = {"patternProperties": {"^n_": {"type": "integer"}, SLOW: True}}
    closed = named | {"properties": {"a": {}}, "additionalProperties": False}

    def paths(value: Any, schema: Any) -> list[tuple[str | int, ...]]:
        return [mismatch.path for mismatch in list_mismatches(value, schema)]

    assert paths({"n_a": 1, "other": "x"}, named) == []
    assert paths({"n_a": "x"}, named) == [("n_a",)]
    assert paths({"n_a": 1, "a": 1}, closed) == []
    assert paths({"n_a": 1, "other": 1}, closed) == [()]
    assert paths({"n_a": "x"}, closed) == [("n_a",)]
    rest = named | {"additionalProperties": {"type": "string"}}
    assert paths({"n_a": 1, "other": 1}, rest) == [("other",)]
    assert paths([1], closed) == []


def test_no_rule_looks_for_patterns_by_itself() -> None:
    value = {"a" * 64 + "b": 1}
    for rule in ("additionalProperties", "unevaluatedProperties"):
        schema = {"patternProperties": {SLOW: True}, rule: {"type": "integer"}}
        assert list_mismatches(value, schema) == []
    assert list_mismatches(value, {"propertyNames": {"pattern": SLOW}})


@pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "(" * 5_000])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    for _ in range(2):  # remembered, it is refused again
        with pytest.raises(SchemaError, match="Invalid schema"):
            check_schema({"properties": {"x": {"pattern": pattern}}})
