"""Block types over the wire: made once by slug, changed, found, and protected."""

from uuid import UUID

import pytest

from headwater.app import install

NOBODY = UUID(int=1)  # the same in each of the processes that share the tests


def test_a_type_is_made_and_found(blocks):
    made = blocks.add_type("thing", description="x > 1 && y", logo_url="anything")

    assert made.keys() == {
        "id",
        "created",
        "updated",
        "name",
        "slug",
        "logo_url",
        "documentation_url",
        "description",
        "code_example",
        "is_protected",
    }
    assert made["description"] == "x > 1 && y"
    assert made["is_protected"] is False
    assert blocks.get("block_types/slug/thing") == blocks.get(f"block_types/{made['id']}") == made


def test_a_slug_is_taken_once(blocks):
    blocks.add_type("thing")

    answer = blocks.post("block_types/", {"name": "Other", "slug": "thing"}, 409)

    assert answer == {"detail": 'Block type with name "Other" already exists'}


def test_two_types_may_have_one_name(blocks):
    blocks.add_type("thing")

    made = blocks.post("block_types/", {"name": "Thing", "slug": "thing-2"}, 201)

    assert made["slug"] == "thing-2"


@pytest.mark.parametrize("name", ["Prefect Thing", "PREFECT", "prefectly"])
def test_names_of_the_clients_own_are_reserved(blocks, name):
    answer = blocks.post("block_types/", {"name": name, "slug": "thing"}, 403)

    assert answer == {"detail": "Block type names beginning with 'Prefect' are reserved."}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": "Thing_1"}, "must only contain lowercase letters, numbers, and dashes."),
        ({"slug": "thing\n"}, "must only contain lowercase letters, numbers, and dashes."),
        ({"slug": ""}, "must only contain lowercase letters, numbers, and dashes."),
        ({"name": "a/b"}, "should match pattern"),
        ({"name": "a\0b"}, "must not contain a NUL character"),
        ({"is_protected": True}, "Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_type_is_named(blocks, change, message):
    answer = blocks.post("block_types/", {"name": "Thing", "slug": "thing"} | change, 422)

    (detail,) = answer["exception_detail"]
    assert message in detail["msg"]
    assert detail["loc"] == ["body", *change]


@pytest.mark.parametrize("path", [f"block_types/{NOBODY}", "block_types/slug/nobody"])
def test_an_unknown_type_is_not_found(blocks, path):
    assert blocks.get(path, 404) == {"detail": "Block type not found"}


def test_a_slug_with_a_nul_is_not_found(blocks):
    blocks.get("block_types/slug/a%00b", 404)


def test_a_change_touches_what_was_sent(blocks):
    made = blocks.add_type("thing", description="old", logo_url="logo")

    blocks.patch(f"block_types/{made['id']}", {"description": "new", "logo_url": None})

    changed = blocks.get("block_types/slug/thing")
    assert changed["updated"] > made["updated"]
    assert changed | {"updated": ""} == made | {
        "description": "new",
        "logo_url": None,
        "updated": "",
    }


def test_a_change_to_what_is_already_so_writes_nothing(blocks):
    made = blocks.add_type("thing", description="old")

    blocks.patch(f"block_types/{made['id']}", {"description": "old"})
    blocks.patch(f"block_types/{made['id']}", {})

    assert blocks.get("block_types/slug/thing") == made


def test_a_name_cannot_be_changed(blocks):
    made = blocks.add_type("thing")

    blocks.patch(f"block_types/{made['id']}", {"name": "Other"}, 422)


def test_a_deleted_type_takes_schemas_and_documents_along(blocks):
    schema = blocks.add_plain_schema("thing")
    document = blocks.add_document(schema, "one")

    blocks.delete(f"block_types/{schema['block_type_id']}")

    blocks.get("block_types/slug/thing", 404)
    blocks.get(f"block_schemas/{schema['id']}", 404)
    blocks.get(f"block_documents/{document['id']}", 404)
    blocks.delete(f"block_types/{schema['block_type_id']}", 404)


def test_types_are_listed_by_name_and_in_pages(blocks):
    for slug in ("b", "c", "a"):
        blocks.add_type(slug)

    def slugs(**wanted):
        return [found["slug"] for found in blocks.post("block_types/filter", wanted, 200)]

    assert slugs() == ["a", "b", "c"]
    assert slugs(limit=1, offset=1) == ["b"]
    assert slugs(limit=0) == []
    assert slugs(offset=10**12) == []
    assert slugs(unknown=1) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("wanted", "slugs"),
    [
        ({"block_types": None}, ["a-b", "c"]),
        ({"block_types": {"slug": {"any_": ["c", "d"]}}}, ["c"]),
        ({"block_types": {"slug": {"any_": []}}}, []),
        ({"block_types": {"name": {"like_": "A-"}}}, ["a-b"]),
        ({"block_types": {"name": {"like_": "a%b"}}}, ["a-b"]),
        ({"block_types": {"name": {"like_": "\\"}}}, []),
        ({"block_schemas": {"block_capabilities": {"all_": ["notify"]}}}, ["c"]),
        ({"block_schemas": {"block_capabilities": {"all_": ["notify", "read"]}}}, []),
    ],
)
def test_types_are_filtered(blocks, wanted, slugs):
    blocks.add_plain_schema("a-b", capabilities=["read"])
    blocks.add_plain_schema("c", capabilities=["write", "notify"])

    found = blocks.post("block_types/filter", wanted, 200)

    assert [block_type["slug"] for block_type in found] == slugs


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ({"block_types": {"operator": "and_"}}, ["body", "block_types", "operator"]),
        ({"block_types": {"nam": {}}}, ["body", "block_types", "nam"]),
        ({"offset": -1}, ["body", "offset"]),
        ({"offset": 2**63}, ["body", "offset"]),
    ],
)
def test_a_misspelt_filter_is_refused_with_its_place(blocks, wanted, place):
    answer = blocks.post("block_types/filter", wanted, 422)

    assert [detail["loc"] for detail in answer["exception_detail"]] == [place]


@pytest.mark.parametrize(
    ("limit", "bound"), [(201, "less than or equal to 200"), (-1, "greater than or equal to 0")]
)
@pytest.mark.parametrize("kind", ["types", "schemas", "documents"])
def test_a_limit_out_of_range_is_refused(blocks, kind, limit, bound):
    answer = blocks.post(f"block_{kind}/filter", {"limit": limit}, 422)

    assert answer == {"detail": f"Invalid limit: must be {bound}."}


def test_what_clients_take_for_granted_is_there_and_stays(app, blocks):
    install(app)

    for slug in ("local-file-system", "secret", "webhook", "json", "date-time"):
        block_type = blocks.get(f"block_types/slug/{slug}")
        wanted = {"block_schemas": {"block_type_id": {"any_": [block_type["id"]]}}}
        (schema,) = blocks.post("block_schemas/filter", wanted, 200)
        assert schema["fields"]["block_type_slug"] == slug
        assert blocks.delete(f"block_types/{block_type['id']}", 403) == {
            "detail": "protected block types cannot be deleted."
        }
        assert blocks.delete(f"block_schemas/{schema['id']}", 403) == {
            "detail": "Block schemas for protected block types cannot be deleted."
        }


def test_installing_again_keeps_what_clients_wrote(app, blocks):
    install(app)
    secret = blocks.get("block_types/slug/secret")
    blocks.patch(f"block_types/{secret['id']}", {"description": "a client's"})
    string = blocks.get("block_types/slug/string")
    blocks.delete(f"block_types/{string['id']}")

    assert blocks.post("block_types/install_system_block_types", {}, 200) is None
    install(app)

    assert blocks.get("block_types/slug/secret")["description"] == "a client's"
    assert blocks.get("block_types/slug/string")["id"] != string["id"]


def test_a_type_that_a_client_made_first_becomes_protected(app, blocks):
    blocks.add_type("secret")

    install(app)

    assert blocks.get("block_types/slug/secret")["is_protected"]
