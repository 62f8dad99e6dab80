"""`headwater block`, over HTTP to a server."""

import pytest


@pytest.fixture
def add_block(client):
    slug = {"name": "Login", "slug": "login"}
    kind = client.post("/api/block_types/", json=slug).json["id"]
    fields = {"block_type_slug": "login", "secret_fields": ["password"]}
    schema = {"fields": fields, "block_type_id": kind}
    schema_id = client.post("/api/block_schemas/", json=schema).json["id"]

    def add(name):
        data = {"user": "ann", "password": "s3cret"}
        of_type = {"block_type_id": kind, "block_schema_id": schema_id}
        return client.post("/api/block_documents/", json={"name": name, "data": data} | of_type)

    return add


def test_blocks_are_listed_with_their_types(asking, told, add_block):
    add_block("db")
    add_block("api")

    assert [one["name"] for one in told("block", "ls")] == ["api", "db"]
    assert told("block", "ls", "--type", "secret") == []
    titles, *rows = asking("block", "ls", "--type", "login").stdout.splitlines()
    assert titles.split() == ["BLOCK", "CHANGED", "ID"]
    assert [row.split()[0] for row in rows] == ["login/api", "login/db"]


def test_a_block_is_shown_without_its_secrets(asking, told, add_block):
    block = add_block("db").json

    for name in ("login/db", block["id"]):
        assert told("block", "inspect", name)["data"] == {"user": "ann", "password": "********"}
    shown = asking("block", "inspect", "login/db").stdout
    assert "Type:       Login (login)\n" in shown
    assert "user:     ann\n" in shown
    assert "s3cret" not in shown


def test_a_block_is_deleted_once_somebody_says_so(asking, told, add_block):
    block = add_block("db").json

    assert asking("block", "delete", "login/db", typed="\n").returncode == 1
    assert told("block", "delete", "login/db", "--yes") == {"deleted": block["id"]}
    assert asking("block", "ls").said == "There are no blocks.\n"


@pytest.mark.parametrize("name", ["login/none", "none/db", "00000000-0000-0000-0000-000000000009"])
def test_a_block_that_is_not_there_is_named(refusal, name):
    line, code = refusal("block", "inspect", name)

    assert (line, code) == (f"there is no block '{name}'; see: headwater block ls", 1)


@pytest.mark.parametrize("name", ["db", "login/", "/db", ""])
def test_what_names_no_block_is_refused(refusal, name):
    line, code = refusal("block", "delete", name)

    assert code == 2
    assert line == f"'{name}' is no TYPE/NAME and no id. See: headwater block delete --help"
