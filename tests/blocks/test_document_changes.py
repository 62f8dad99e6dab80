"""Changing documents: merged at the top, masks keep secrets, references are sent each time."""

from uuid import uuid4

import pytest

from headwater.web.errors import CONFLICT

MASK = "********"


def refer_to(document):
    return {"$ref": {"block_document_id": document["id"]}}


@pytest.fixture
def schema(blocks):
    return blocks.add_plain_schema("thing", "tok", "none", "w.*")


@pytest.fixture
def change(blocks, schema):
    """Return what changes a document and returns its data then."""
    data = {"tok": "x", "none": None, "w": {"a": "1"}, "cfg": {"u": 1, "v": 2}}
    document = blocks.add_document(schema, "one", data=data)

    def change(body):
        blocks.patch(f"block_documents/{document['id']}", body)
        changed = blocks.read(document, secrets=True)
        assert changed["created"] == document["created"]
        return changed["data"]

    return change


BEFORE = {"tok": "x", "none": None, "w": {"a": "1"}, "cfg": {"u": 1, "v": 2}}


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ({}, BEFORE),
        ({"data": {}}, BEFORE),
        ({"data": {"tok": MASK}}, BEFORE),
        ({"data": {"tok": "new"}}, BEFORE | {"tok": "new"}),
        ({"data": {"tok": None}}, BEFORE | {"tok": None}),
        ({"data": {"w": {"a": MASK}}}, BEFORE),
        ({"data": {"w": {"b": "2"}}}, BEFORE | {"w": {"b": "2"}}),
        ({"data": {"cfg": {"w": 1}}}, BEFORE | {"cfg": {"w": 1}}),
        ({"data": {"new": 1}}, BEFORE | {"new": 1}),
        ({"data": {"n": 1, "tok": MASK}, "merge_existing_data": False}, {"n": 1, "tok": "x"}),
        ({"merge_existing_data": False}, {}),
    ],
)
def test_data_is_merged_at_the_top_or_replaced(change, body, after):
    assert change(body) == after


@pytest.mark.parametrize(
    ("data", "place"), [({"none": MASK}, "data.none"), ({"w": {"b": MASK}}, "data.w.b")]
)
def test_a_mask_of_no_secret_does_not_become_one(blocks, schema, data, place):
    document = blocks.add_document(schema, "one", data=BEFORE)

    answer = blocks.patch(f"block_documents/{document['id']}", {"data": data}, 422)

    assert answer == {"detail": f"{place} is the mask of a secret, but there is no secret to keep."}
    assert blocks.read(document, secrets=True)["data"] == BEFORE


@pytest.mark.parametrize("body", [{"data": None}, {"name": "other"}])
def test_what_is_no_change_is_refused(blocks, schema, body):
    document = blocks.add_document(schema, "one")

    blocks.patch(f"block_documents/{document['id']}", body, 422)


def test_a_reference_lasts_as_long_as_it_is_sent(blocks, schema, change):
    kid, other = blocks.add_document(schema, "kid", data={"k": 1}), blocks.add_document(schema, "o")

    assert change({"data": {"in": refer_to(kid)}}) == BEFORE | {"in": {"k": 1}}
    assert change({"data": {"in": refer_to(kid), "n": 1}})["in"] == {"k": 1}
    assert change({"data": {"in": refer_to(other)}})["in"] == {}
    assert "in" not in change({"data": {"n": 2}})


def test_a_document_moves_to_another_schema_of_its_type(blocks, schema, change):
    other = blocks.add_schema(schema["block_type"], {"title": "Other"})

    change({"block_schema_id": other["id"]})
    assert listed_schema(blocks) == schema["id"]  # as the clients' own server: data must come along
    change({"block_schema_id": other["id"], "data": {}})
    assert listed_schema(blocks) == other["id"]


def listed_schema(blocks):
    return blocks.post("block_documents/filter", {}, 200)[0]["block_schema_id"]


def test_a_document_stays_with_its_type(blocks, schema):
    document = blocks.add_document(schema, "one")
    path = f"block_documents/{document['id']}"
    foreign = blocks.add_plain_schema("other")

    assert blocks.patch(path, {"block_schema_id": foreign["id"], "data": {"n": 1}}, 400) == {
        "detail": "Must migrate block document to a block schema of the same block type."
    }
    assert blocks.patch(path, {"block_schema_id": str(uuid4()), "data": {"n": 1}}, 409) == {
        "detail": CONFLICT
    }
    assert blocks.read(document)["data"] == {}
