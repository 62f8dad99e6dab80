"""Block documents over the wire: kept by name, secrets hidden, others within them."""

from uuid import UUID

import pytest

from headwater.web.errors import CONFLICT

NOBODY = UUID(int=1)  # the same in each of the processes that share the tests
MASK = "********"


def refer_to(document):
    return {"$ref": {"block_document_id": document["id"]}}


def test_a_document_is_made_and_found_its_secrets_hidden(blocks):
    schema = blocks.add_plain_schema("thing", "tok", "m", "d.*")
    data = {"tok": "secret", "m": {"k": "v"}, "d": {"x": 1, "y": {"z": None}}, "n": 2**70}

    made = blocks.add_document(schema, "one", data=data)

    assert made.keys() == {
        "id",
        "created",
        "updated",
        "name",
        "data",
        "block_schema_id",
        "block_schema",
        "block_type_id",
        "block_type_name",
        "block_type",
        "block_document_references",
        "is_anonymous",
    }
    hidden = {"tok": MASK, "m": MASK, "d": {"x": MASK, "y": {"z": MASK}}, "n": 2**70}
    assert made["data"] == hidden
    assert made["block_schema"] == schema
    assert made["block_type"] == schema["block_type"]
    assert made["block_type_name"] == "Thing"
    assert made["block_document_references"] == {}
    assert made["is_anonymous"] is False
    by_name = "block_types/slug/thing/block_documents/name/one"
    assert blocks.read(made) == blocks.get(by_name) == made
    shown = made | {"data": data}
    assert blocks.read(made, secrets=True) == blocks.get(f"{by_name}?include_secrets=true") == shown


def test_a_name_is_taken_once_in_a_type(blocks):
    schema, other = blocks.add_plain_schema("thing"), blocks.add_plain_schema("other")
    blocks.add_document(schema, "one")

    assert blocks.add_document(schema, "one", 409) == {"detail": "Block already exists"}
    blocks.add_document(other, "one")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("One", "Block document name must only contain lowercase letters, numbers, and dashes."),
        ("a/b", "should match pattern"),
        ("", "Names must be provided for block documents."),
        (None, "Names must be provided for block documents."),
    ],
)
def test_a_name_that_is_none_is_refused(blocks, name, message):
    answer = blocks.add_document(blocks.add_plain_schema("thing"), name, 422)

    assert message in answer["exception_detail"][0]["msg"]


def test_a_document_needs_a_type_and_a_schema(blocks):
    schema = blocks.add_plain_schema("thing")

    no_type = blocks.add_document(schema | {"block_type_id": str(NOBODY)}, "one", 404)
    no_schema = blocks.add_document(schema | {"id": str(NOBODY)}, "one", 409)

    assert no_type == {"detail": f"Block type {NOBODY} not found."}
    assert no_schema == {"detail": CONFLICT}


def test_an_unknown_document_is_not_found(blocks):
    blocks.add_type("thing")
    missing = {"detail": "Block document not found"}

    assert blocks.get(f"block_documents/{NOBODY}", 404) == missing
    assert blocks.patch(f"block_documents/{NOBODY}", {}, 404) == missing
    assert blocks.delete(f"block_documents/{NOBODY}", 404) == missing
    for slug in ("thing", "nothing"):
        assert blocks.get(f"block_types/slug/{slug}/block_documents/name/one", 404) == missing
    assert blocks.get("block_types/slug/nothing/block_documents", 404) == {
        "detail": "Block type not found"
    }


def test_anonymous_documents_are_hidden_unless_asked_for(blocks):
    schema = blocks.add_plain_schema("thing")
    blocks.add_document(schema, "named")
    nameless = blocks.add_document(schema, None, is_anonymous=True)
    blocks.add_document(schema, "given", is_anonymous=True)

    def names(documents):
        found = blocks.post("block_documents/filter", {"block_documents": documents}, 200)
        count = blocks.post("block_documents/count", {"block_documents": documents}, 200)
        assert count == len(found)
        return [document["name"] for document in found]

    assert nameless["name"].startswith("anonymous-")
    assert names(None) == names({}) == ["named"]
    assert names({"id": {"any_": [nameless["id"]]}}) == []
    assert names({"is_anonymous": {"eq_": True}}) == [nameless["name"], "given"]
    assert names({"is_anonymous": None}) == [nameless["name"], "given", "named"]
    in_type = blocks.get("block_types/slug/thing/block_documents")
    assert [document["name"] for document in in_type] == ["named"]
    blocks.get("block_types/slug/thing/block_documents/name/given")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["a1", "b1", "b2"]),
        ({"sort": None}, ["a1", "b1", "b2"]),
        ({"sort": "NAME_DESC"}, ["b2", "b1", "a1"]),
        ({"sort": "BLOCK_TYPE_AND_NAME_ASC"}, ["b2", "a1", "b1"]),
        ({"limit": 1, "offset": 1}, ["b1"]),
        ({"block_documents": {"name": {"any_": ["b2", "x"]}}}, ["b2"]),
        ({"block_documents": {"name": {"any_": []}}}, []),
        ({"block_documents": {"name": {"like_": "B"}}}, ["b1", "b2"]),
        (
            {"block_documents": {"operator": "or_", "name": {"any_": ["x"]}}},
            ["a1", "b1", "b2"],
        ),
        ({"block_types": {"slug": {"any_": ["x-first"]}}}, ["b2"]),
        ({"block_schemas": {"block_capabilities": {"all_": ["notify"]}}}, ["a1", "b1"]),
    ],
)
def test_documents_are_filtered_and_sorted(blocks, wanted, names):
    last = blocks.add_plain_schema("y-last", capabilities=["notify"])
    first = blocks.add_plain_schema("x-first")
    for schema, name in ((last, "b1"), (last, "a1"), (first, "b2")):
        blocks.add_document(schema, name)

    found = blocks.post("block_documents/filter", wanted, 200)

    assert [document["name"] for document in found] == names


def test_a_list_shows_secrets_when_asked(blocks):
    blocks.add_document(blocks.add_plain_schema("thing", "s"), "one", data={"s": "x"})

    def listed(**wanted):
        return blocks.post("block_documents/filter", wanted, 200)[0]["data"]

    assert listed() == {"s": MASK}
    assert listed(include_secrets=True) == {"s": "x"}


def test_a_document_within_is_shown_masked_by_its_own_schema(blocks):
    kid = blocks.add_document(blocks.add_plain_schema("kid", "tok"), "kid", data={"tok": "x"})
    schema = blocks.add_plain_schema("parent", "k.other", "inline.tok")
    data = {"k": refer_to(kid) | {"beside": 1}, "inline": {"tok": "y"}, "deep": [refer_to(kid)]}

    made = blocks.add_document(schema, "parent", data=data)

    assert made["data"] == {
        "k": {"tok": MASK},
        "inline": {"tok": MASK},
        "deep": [refer_to(kid)],
    }
    assert made["block_document_references"] == {
        "k": {
            "block_document": {
                "id": kid["id"],
                "name": "kid",
                "block_type": kid["block_type"],
                "is_anonymous": False,
                "block_document_references": {},
            }
        }
    }
    assert blocks.read(made, secrets=True)["data"]["k"] == {"tok": "x"}


def test_documents_lie_within_each_other_at_any_depth(blocks):
    schema = blocks.add_plain_schema("thing", "s")
    last = blocks.add_document(schema, "d0", data={"s": "x"})
    for depth in range(1, 51):
        last = blocks.add_document(schema, f"d{depth}", data={"in": refer_to(last)})

    too_deep = blocks.add_document(schema, "d51", 400, data={"in": refer_to(last)})

    assert "50 levels deep" in too_deep["detail"]
    data = blocks.read(last)["data"]
    for _ in range(50):
        data = data["in"]
    assert data == {"s": MASK}
    assert len(blocks.post("block_documents/filter", {}, 200)) == 51


@pytest.mark.parametrize(
    ("reference", "status", "detail"),
    [
        ({}, 400, "Received block reference without a block_document_id in key k"),
        ("x", 400, "Received block reference without a block_document_id in key k"),
        (
            {"block_document_id": "x"},
            400,
            "Received block reference whose block_document_id is no UUID in key k",
        ),
        ({"block_document_id": str(NOBODY)}, 409, CONFLICT),
    ],
)
def test_a_reference_to_no_document_is_refused(blocks, reference, status, detail):
    schema = blocks.add_plain_schema("thing")

    answer = blocks.add_document(schema, "one", status, data={"k": {"$ref": reference}})

    assert answer == {"detail": detail}
    assert blocks.post("block_documents/count", {}, 200) == 0


def test_documents_cannot_close_a_circle(blocks):
    schema = blocks.add_plain_schema("thing")
    first = blocks.add_document(schema, "a")
    second = blocks.add_document(schema, "b", data={"k": refer_to(first)})

    for reference in (first, second):
        answer = blocks.patch(
            f"block_documents/{first['id']}", {"data": {"k": refer_to(reference)}}, 400
        )
        assert answer == {
            "detail": "Cannot create block document reference: it would introduce a cycle into "
            f"the block_document_reference graph (parent={first['id']}, "
            f"reference={reference['id']})."
        }
    assert blocks.read(second)["data"] == {"k": {}}


def test_a_deleted_document_vanishes_from_those_that_held_it(blocks):
    schema = blocks.add_plain_schema("thing")
    kid = blocks.add_document(schema, "kid")
    parent = blocks.add_document(schema, "parent", data={"k": refer_to(kid), "n": 1})

    blocks.delete(f"block_documents/{kid['id']}")

    left = blocks.read(parent)
    assert left["data"] == {"n": 1}
    assert left["block_document_references"] == {}
