"""Fields made of any JSON schema, and what is read from them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_panel_runs.run_input import PREFIX, Kind, make_fields, read_form

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


WORDS = ("type", "items", "anyOf", "allOf", "enum", "const", "default", "format", "$ref", "title")
TYPES = ("string", "array", "integer", "boolean", "#/properties/x", "date")
SAID = st.recursive(
    JSON | st.sampled_from(TYPES),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(WORDS), inner),
    max_leaves=12,
)


def field_of(said, **schema):
    (field,) = make_fields({"properties": {"x": said}} | schema)
    return field


def read(said, text, *, required=False, **schema):
    whole = {"properties": {"x": said}, "required": ["x"] if required else []} | schema
    return read_form(make_fields(whole), {f"{PREFIX}x": text}, whole)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"type": "string"}, Kind.TEXT),
        ({"type": "string", "default": "a\nb"}, Kind.LONG_TEXT),
        ({"type": "string", "format": "date"}, Kind.DATE),
        ({"type": "string", "format": "password"}, Kind.HIDDEN),
        ({"type": "string", "format": "date-time"}, Kind.TEXT),
        ({"type": "integer"}, Kind.INTEGER),
        ({"type": "number"}, Kind.NUMBER),
        ({"type": "boolean"}, Kind.BOOLEAN),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, Kind.CHOICE),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, Kind.INTEGER),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, Kind.JSON),
        ({"enum": [1, "two"]}, Kind.CHOICE),
        ({"const": 3}, Kind.CHOICE),
        ({"type": "array", "items": {"type": "integer"}}, Kind.LINES),
        ({"type": "array", "items": {"type": "object"}}, Kind.JSON),
        ({"type": "array"}, Kind.JSON),
        ({"type": "object"}, Kind.JSON),
        ({}, Kind.JSON),
    ],
)
def test_each_type_has_its_kind_of_field(said, kind):
    assert field_of(said).kind is kind


@pytest.mark.parametrize("place", ["$defs", "definitions"])
def test_references_within_the_schema_are_followed(place):
    said = {"allOf": [{"$ref": f"#/{place}/Colour"}], "default": "red"}

    field = field_of(said, **{place: {"Colour": {"enum": ["red", "blue"], "title": "Colour"}}})

    assert (field.kind, field.title, field.begin) == (Kind.CHOICE, "Colour", '"red"')
    assert field.options == (('"red"', "red"), ('"blue"', "blue"))


@pytest.mark.parametrize("reference", ["#/nowhere", "https://example.com/x", "#/properties/x", "x"])
def test_references_that_lead_nowhere_or_to_themselves_are_json(reference):
    assert field_of({"$ref": reference}).kind is Kind.JSON


@pytest.mark.parametrize(
    ("said", "text", "value"),
    [
        ({"type": "string"}, " a ", " a "),
        ({"type": "string", "default": "x"}, "", ""),
        ({"type": "integer"}, " 7 ", 7),
        ({"type": "number"}, "7", 7),
        ({"type": "number"}, "1e3", 1000.0),
        ({"type": "boolean"}, "on", True),
        ({"type": "boolean"}, "", False),
        ({"type": "array", "items": {"type": "number"}}, "1\r\n2.5\r\n", [1, 2.5]),
        ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, "", []),
        ({"enum": [1, "two", None]}, '"two"', "two"),
        ({}, '{"a": [1]}', {"a": [1]}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}], "default": 3}, "", None),
        ({"type": "string", "default": "a\nb"}, "a\r\nb", "a\nb"),
    ],
)
def test_what_is_filled_in_becomes(said, text, value):
    filled = read(said, text)

    assert filled.errors == {}
    assert filled.value == {"x": value}


@pytest.mark.parametrize("said", [{"type": "string"}, {"type": "integer"}, {"enum": [1]}, {}])
def test_what_is_left_blank_is_left_out(said):
    assert read(said, "").value == {}
    assert read(said, "", required=True).errors == {"x": "This is needed."}


def test_a_required_list_may_be_empty():
    said = {"type": "array", "items": {"type": "string"}}

    assert read(said, "", required=True).value == {"x": []}


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"type": "integer"}, "1.5"),
        ({"type": "integer"}, "9" * 5000),
        ({"type": "number"}, "inf"),
        ({"type": "number"}, "1e999"),
        ({}, "NaN"),
        ({}, "[" * 100_000),
        ({"type": "array", "items": {"type": "integer"}}, "1\nx"),
    ],
)
def test_what_cannot_be_meant_is_an_error_of_its_field(said, text):
    assert set(read(said, text).errors) == {"x"}


def test_what_belongs_to_no_field_is_told_apart():
    whole = {"properties": {"x": {"type": "string"}}, "minProperties": 2}

    filled = read_form(make_fields(whole), {f"{PREFIX}x": "a"}, whole)

    assert filled.errors == {}
    assert len(filled.others) == 1


@given(JSON)
def test_any_json_makes_fields(schema):
    for field in make_fields(schema):
        assert isinstance(field.begin, str)


@given(SAID, st.text())
def test_any_property_makes_a_field_that_reads_any_text(said, text):
    whole = {"properties": {"x": said}, "required": [said]}

    filled = read_form(make_fields(whole), {f"{PREFIX}x": text, PREFIX: text}, whole)

    json.dumps(filled.value, allow_nan=False)
