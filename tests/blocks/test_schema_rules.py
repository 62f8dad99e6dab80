"""The checksum is the clients' own, to the byte, and nested blocks are found in definitions."""

from hashlib import sha256

import pytest

from headwater.blocks.rules.schemas import (
    Child,
    Found,
    checksum,
    fields_of_child,
    list_children,
    resolve,
)
from headwater.errors import InvalidError

# As prefect 3.9.1 posted them for two classes; the checksums are what it asked for.
KID = {
    "block_schema_references": {},
    "block_type_slug": "kid",
    "properties": {
        "tok": {
            "format": "password",
            "position": 0,
            "title": "Tok",
            "type": "string",
            "writeOnly": True,
        }
    },
    "required": ["tok"],
    "secret_fields": ["tok"],
    "title": "Kid",
    "type": "object",
}
KID_CHECKSUM = "sha256:eaa9b9c44287ea7de3c057484e781a8b22ed89db1dd64a7d7493a4d9596dc7a4"
PARENT = {
    "block_schema_references": {
        "k": {"block_schema_checksum": KID_CHECKSUM, "block_type_slug": "kid"}
    },
    "block_type_slug": "par",
    "description": "Desc here",
    "properties": {
        "k": {"$ref": "#/definitions/Kid", "position": 0},
        "n": {"default": 3, "position": 1, "title": "N", "type": "integer"},
    },
    "required": ["k"],
    "secret_fields": ["k.tok"],
    "title": "Par",
    "type": "object",
    "definitions": {"Kid": KID},
}
PARENT_CHECKSUM = "sha256:a92feb4f037901612b9be28058ebd7412954866ac1c729cb3e6b95eba68670a5"
ENUM = {"enum": [1, 2], "title": "Enum"}


def using(*names: str, **definitions: object) -> dict[str, object]:
    properties = {name: {"$ref": f"#/definitions/{name}"} for name in names}
    return {"properties": properties, "definitions": definitions}


@pytest.mark.parametrize(("fields", "expected"), [(KID, KID_CHECKSUM), (PARENT, PARENT_CHECKSUM)])
def test_the_checksum_is_the_clients_own(fields, expected):
    assert checksum(fields) == expected


def test_secret_fields_do_not_count_but_within_lists():
    assert checksum({"a": {"b": 1, "secret_fields": ["b"]}}) == checksum({"a": {"b": 1}})
    assert checksum({"a": [{"secret_fields": ["b"]}]}) != checksum({"a": [{}]})


def test_a_definition_counts_if_it_is_used_and_no_block():
    assert checksum(using("Enum", Enum=ENUM)) != checksum(using("Enum", Enum={"enum": [1, 3]}))
    assert checksum(using("Enum", Enum=ENUM, Other={"x": 1})) == checksum(using("Enum", Enum=ENUM))
    without = {"properties": using("Kid")["properties"]}
    assert checksum(using("Kid", Kid=KID)) == checksum(without)


def test_an_empty_object_of_definitions_counts():
    assert checksum({"definitions": {}}) != checksum({})


def test_definitions_that_need_each_other_end():
    circle = using("A", A={"b": {"$ref": "#/definitions/B"}}, B={"a": {"$ref": "#/definitions/A"}})

    assert checksum(circle).startswith("sha256:")


def test_text_outside_ascii_is_escaped_as_python_does():
    text = '[[{"title": "O\\u00fct\\u00e9r"}], {}]'

    assert checksum({"title": "Oütér"}) == f"sha256:{sha256(text.encode()).hexdigest()}"


def test_a_read_holds_nested_schemas_under_their_titles():
    found = [Found(Child("k", "kid", KID_CHECKSUM), KID)]

    assert resolve(PARENT, found) == PARENT


def test_definitions_of_grandchildren_lie_beside_those_of_children():
    child = {"title": "Middle", "definitions": {"Kid": KID}}

    resolved = resolve({}, [Found(Child("m", "middle", "sha256:m"), child)])

    assert resolved["definitions"] == {"Middle": {"title": "Middle"}, "Kid": KID}


def test_a_union_refers_to_several_in_their_order():
    found = [Found(Child("u", slug, f"sha256:{slug}"), {}) for slug in ("b", "a", "b")]

    references = resolve({}, found)["block_schema_references"]

    assert [one["block_type_slug"] for one in references["u"]] == ["b", "a"]


@pytest.mark.parametrize("references", [[], "x", {"k": None}, {"k": {"block_type_slug": "kid"}}])
def test_what_is_no_reference_is_refused(references):
    with pytest.raises(InvalidError, match="block_schema_references"):
        list_children({"block_schema_references": references})


def test_a_childs_own_schema_comes_with_the_definitions_it_needs():
    kid = KID | {"enum": {"$ref": "#/definitions/Enum"}}
    fields = using("k", Enum=ENUM, Unused={"x": 1}, Kid=kid)
    fields["properties"] = {"k": {"$ref": "#/definitions/Kid"}}

    assert fields_of_child(fields, Child("k", "kid", "")) == kid | {"definitions": {"Enum": ENUM}}


def test_of_a_union_the_type_tells_which_is_meant():
    fields = {
        "properties": {"u": {"anyOf": [{"$ref": "#/definitions/A"}, {"$ref": "#/definitions/B"}]}},
        "definitions": {"A": {"block_type_slug": "a"}, "B": {"block_type_slug": "b"}},
    }

    assert fields_of_child(fields, Child("u", "b", "")) == {"block_type_slug": "b"}
    assert fields_of_child(fields, Child("u", "c", "")) is None
