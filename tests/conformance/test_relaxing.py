"""What schemas of pydantic's older major are meant to ask for."""

from typing import Any

import pytest

from headwater.conformance import list_mismatches, relax, without_required

INNER = {"type": "object", "properties": {"b": {"type": "string"}, "required": {"type": "string"}}}
SCHEMA = {
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": "integer"},
        "b": {"type": "string"},
        "c": {"type": "string", "default": "x"},
        "pair": {"type": "array", "items": [{"type": "integer"}, {"type": "string"}]},
        "inner": INNER,
        "named": {"$ref": "#/definitions/Inner"},
        "block": {"$ref": "#/definitions/Block"},
    },
    "definitions": {
        "Inner": INNER,
        "Block": {"type": "object", "required": ["tok"], "block_type_slug": "kid"},
    },
}


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"a": 1, "b": None}, True),
        ({"a": None}, False),
        ({"a": 1, "b": 2}, False),
        ({"a": 1, "c": None}, False),
        ({"a": 1, "pair": [1, "x"]}, True),
        ({"a": 1, "pair": ["x", 1]}, False),
        ({"a": 1, "inner": {"b": None}}, True),
        ({"a": 1, "named": {"b": None}}, True),
        ({"a": 1, "named": {"b": 1}}, False),
        ({"a": 1, "block": {"tok": "x"}}, True),
        ({"a": 1, "block": {"$ref": "some-id"}}, True),
        ({"a": 1, "block": {}}, False),
    ],
)
def test_what_is_optional_may_be_null(value: Any, fits: bool) -> None:
    assert (list_mismatches(value, relax(SCHEMA)) == []) is fits


def test_a_variable_with_a_default_may_be_null_too() -> None:
    value = {"a": 1, "c": None}

    assert list_mismatches(value, relax(SCHEMA, null_beside_default=True)) == []


def test_the_schema_itself_stays_as_it_is() -> None:
    relax(SCHEMA)

    assert SCHEMA["properties"]["b"] == {"type": "string"}


def test_nothing_is_missing_where_nothing_is_required() -> None:
    schema = without_required(relax(SCHEMA))

    assert list_mismatches({"block": {}}, schema) == []
    # A property of that name is not lost.
    assert list_mismatches({"inner": {"required": 1}}, schema) != []


@pytest.mark.parametrize("schema", [True, {}, {"properties": 1}, {"required": 1}, {"items": True}])
def test_what_has_no_properties_is_taken_as_it_is(schema: Any) -> None:
    assert relax(schema) == schema
