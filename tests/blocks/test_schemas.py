"""Block schemas over the wire: known by checksum and version, with the blocks within."""

from uuid import UUID

import pytest

NOBODY = UUID(int=1)  # the same in each of the processes that share the tests
KID = {"title": "Kid", "block_type_slug": "kid", "type": "object", "secret_fields": ["tok"]}


def holding(kid, definitions=None):
    return {
        "title": "Parent",
        "block_type_slug": "parent",
        "properties": {"k": {"$ref": "#/definitions/Kid"}},
        "block_schema_references": {
            "k": {"block_schema_checksum": kid, "block_type_slug": "kid"},
        },
        "definitions": definitions or {},
    }


def test_a_schema_is_made_once(blocks):
    kind = blocks.add_type("kid")

    made = blocks.add_schema(kind, KID, capabilities=["b", "a"])
    again = blocks.add_schema(kind, KID | {"secret_fields": []}, 200, capabilities=["c"])

    assert again == made
    assert made.keys() == {
        "id",
        "created",
        "updated",
        "checksum",
        "fields",
        "block_type_id",
        "block_type",
        "capabilities",
        "version",
    }
    assert made["fields"] == KID | {"block_schema_references": {}}
    assert made["block_type"] == kind
    assert made["capabilities"] == ["b", "a"]
    assert made["version"] == "non-versioned"


def test_one_type_has_the_schemas_of_both_majors(blocks):
    kind = blocks.add_type("kid")

    new = blocks.add_schema(kind, KID, version="3.9.1")
    old = blocks.add_schema(kind, KID | {"description": "as 2.20 writes it"}, version="2.20.27")

    assert new["checksum"] != old["checksum"]
    for schema in (new, old):
        path = f"block_schemas/checksum/{schema['checksum']}"
        assert blocks.get(f"{path}?version={schema['version']}") == schema
        assert blocks.get(path) == schema


def test_by_checksum_the_newest_version_is_found(blocks):
    kind = blocks.add_type("kid")
    first = blocks.add_schema(kind, KID, version="1")
    second = blocks.add_schema(kind, KID, version="2")
    path = f"block_schemas/checksum/{first['checksum']}"

    assert blocks.get(path) == second
    assert blocks.get(f"{path}?version=1") == first
    assert blocks.get(f"{path}?version=3", 404) == {"detail": "Block schema not found"}


@pytest.mark.parametrize("path", [f"block_schemas/{NOBODY}", "block_schemas/checksum/sha256:0"])
def test_an_unknown_schema_is_not_found(blocks, path):
    assert blocks.get(path, 404) == {"detail": "Block schema not found"}


def test_a_schema_of_an_unknown_type_is_refused(blocks):
    answer = blocks.add_schema({"id": str(NOBODY)}, KID, 404)

    assert answer == {"detail": f"Block type {NOBODY} not found."}


def test_a_checksum_is_not_taken_from_clients(blocks):
    blocks.add_schema(blocks.add_type("kid"), KID, 422, checksum="sha256:0")


def test_fields_may_be_anything(blocks):
    kind = blocks.add_type("kid")

    assert blocks.add_schema(kind, {})["fields"] == {"block_schema_references": {}}
    big = blocks.add_schema(kind, {"default": 2**70})
    assert blocks.get(f"block_schemas/{big['id']}")["fields"]["default"] == 2**70


def test_a_read_shows_the_blocks_within(blocks):
    kid = blocks.add_schema(blocks.add_type("kid"), KID)
    parent = blocks.add_type("parent")

    made = blocks.add_schema(parent, holding(kid["checksum"], {"Kid": KID}))

    assert made["fields"] == holding(kid["checksum"], {"Kid": kid["fields"]})
    assert blocks.get(f"block_schemas/{made['id']}") == made


def test_a_block_within_that_nobody_registered_is_made_from_its_definition(blocks):
    kid, parent = blocks.add_type("kid"), blocks.add_type("parent")

    made = blocks.add_schema(parent, holding("sha256:wrong", {"Kid": KID}), capabilities=["x"])

    reference = made["fields"]["block_schema_references"]["k"]
    child = blocks.get(f"block_schemas/checksum/{reference['block_schema_checksum']}")
    assert child["block_type_id"] == kid["id"]
    assert child["capabilities"] == []
    assert child["version"] == "non-versioned"


def test_a_block_within_needs_its_type_and_its_definition(blocks):
    parent = blocks.add_type("parent")

    assert blocks.add_schema(parent, holding("sha256:0", {"Kid": KID}), 409) == {
        "detail": "Cannot create block schema because block type 'kid' was not found."
        "Did you forget to register the block type?"
    }
    blocks.add_type("kid")
    assert blocks.add_schema(parent, holding("sha256:0"), 409) == {
        "detail": "Unable to create nested block schema for block type 'Kid' due to missing "
        "definition."
    }


def test_definitions_that_hold_each_other_are_refused(blocks):
    kid = blocks.add_type("kid")
    endless = holding("sha256:0") | {"block_type_slug": "kid", "title": "Kid"}
    endless["definitions"] = {"Kid": {key: endless[key] for key in endless if key != "definitions"}}

    answer = blocks.add_schema(kid, endless, 422)

    assert answer == {"detail": "fields hold blocks more than 20 levels deep."}


@pytest.mark.parametrize("references", [[], {"k": "x"}, {"k": [None]}])
def test_what_is_no_reference_is_refused(blocks, references):
    kind = blocks.add_type("kid")

    answer = blocks.add_schema(kind, {"block_schema_references": references}, 422)

    assert "block_schema_references" in answer["detail"]


def test_a_deleted_schema_takes_its_documents_along(blocks):
    schema = blocks.add_plain_schema("thing")
    document = blocks.add_document(schema, "one")

    blocks.delete(f"block_schemas/{schema['id']}")

    blocks.delete(f"block_schemas/{schema['id']}", 404)
    blocks.get(f"block_documents/{document['id']}", 404)
    blocks.get("block_types/slug/thing")


@pytest.mark.parametrize(
    ("wanted", "versions"),
    [
        (None, ["3", "2", "1"]),
        ({"version": {"any_": ["1", "3"]}}, ["3", "1"]),
        ({"version": {"any_": []}}, []),
        ({"block_capabilities": {"all_": ["b", "a"]}}, ["2"]),
        ({"block_capabilities": {"all_": []}}, ["3", "2", "1"]),
        ({"version": {"any_": ["2"]}, "block_capabilities": {"all_": ["c"]}}, []),
        (
            {
                "operator": "or_",
                "version": {"any_": ["2"]},
                "block_capabilities": {"all_": ["c"]},
            },
            ["3", "2"],
        ),
    ],
)
def test_schemas_are_filtered_the_newest_first(blocks, wanted, versions):
    kind = blocks.add_type("kid")
    for version, capabilities in (("1", ["a"]), ("2", ["a", "b"]), ("3", ["c"])):
        blocks.add_schema(kind, KID, version=version, capabilities=capabilities)

    found = blocks.post("block_schemas/filter", {"block_schemas": wanted}, 200)

    assert [schema["version"] for schema in found] == versions


def test_schemas_are_filtered_by_id_and_type(blocks):
    first, second = blocks.add_plain_schema("a"), blocks.add_plain_schema("b")

    def ids(**wanted):
        found = blocks.post("block_schemas/filter", {"block_schemas": wanted}, 200)
        return [schema["id"] for schema in found]

    assert ids(id={"any_": [first["id"]]}) == [first["id"]]
    assert ids(block_type_id={"any_": [second["block_type_id"]]}) == [second["id"]]


def test_capabilities_are_those_of_all_schemas(blocks):
    blocks.add_plain_schema("a", capabilities=["notify", "read"])
    blocks.add_plain_schema("b", capabilities=["read"])

    assert blocks.get("block_capabilities/") == ["notify", "read"]
