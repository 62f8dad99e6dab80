"""Variables over the wire: made once by name, changed, found and deleted."""

import json
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater.db.base import db
from headwater.db.json import parse
from headwater.events.models import Event

OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
NOBODY = UUID(int=1)


def make(client: FlaskClient, name: str, value: Any = "x", **more: Any) -> Any:
    response = client.post("/api/variables/", json={"name": name, "value": value, **more})
    assert response.status_code == 201, response.json
    return response.json


def names(client: FlaskClient, **body: Any) -> list[str]:
    response = client.post("/api/variables/filter", json=body)
    assert response.status_code == 200, response.json
    return [one["name"] for one in response.json]


@pytest.mark.parametrize(
    "value", [None, "x", "", 1, 1.5, True, [], {}, {"a": [1, {"b": None}]}, 2**70, "007", "1e3"]
)
def test_a_value_reads_back_as_it_was(client: FlaskClient, value: Any) -> None:
    made = make(client, "v_a-1", value, tags=["b", "a"])

    found = client.get("/api/variables/name/v_a-1").json
    assert found == client.get(f"/api/variables/{made['id']}").json == made
    assert (found["value"], found["tags"]) == (value, ["b", "a"])


@pytest.mark.parametrize("name", ["my-var", "_a", "a_", "9", "-", "x" * 255])
def test_a_name_of_small_letters_digits_and_dashes_is_taken(client: FlaskClient, name: str) -> None:
    make(client, name)

    assert client.get(f"/api/variables/name/{name}").json["name"] == name


def test_a_name_is_taken_once(client: FlaskClient) -> None:
    make(client, "va")

    response = client.post("/api/variables/", json={"name": "va", "value": 1})

    assert response.status_code == 409
    assert response.json == {"detail": "A variable with the name 'va' already exists."}


def test_a_variable_cannot_take_the_name_of_another(client: FlaskClient) -> None:
    make(client, "va")
    make(client, "vb", 1)

    response = client.patch("/api/variables/name/vb", json={"name": "va", "value": 2})

    assert response.status_code == 409
    assert client.get("/api/variables/name/vb").json["value"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "Va"}, "must only contain lowercase letters, numbers, and dashes or underscores"),
        ({"name": "my va"}, "must only contain lowercase letters, numbers, and dashes or"),
        ({"name": "é"}, "must only contain lowercase letters, numbers, and dashes or"),
        ({"name": "v\n"}, "must only contain lowercase letters, numbers, and dashes or"),
        ({"name": "v" * 256}, "at most 255 characters"),
        ({"name": None}, "valid string"),
        ({"value": "x" * 4999}, "Variable value must be less than 5000 characters"),
        ({"value": {"a": ["\0"]}}, "must not contain a NUL character"),
        ({"tags": ["\ud800"]}, "must not contain a lone surrogate"),
        ({"colour": 1}, "Extra inputs are not permitted"),
    ],
)
@pytest.mark.parametrize("method", ["post", "patch"])
def test_what_makes_no_variable_is_named(
    client: FlaskClient, method: str, change: Any, message: str
) -> None:
    made = make(client, "there")
    path = "" if method == "post" else made["id"]
    body = change if method == "patch" else {"name": "va", "value": "x"} | change

    response = getattr(client, method)(f"/api/variables/{path}", data=json.dumps(body))

    assert response.status_code == 422
    (detail,) = response.json["exception_detail"]
    assert message in detail["msg"]
    assert detail["loc"][:2] == ["body", *change]


def test_a_value_of_the_largest_size_is_taken(client: FlaskClient) -> None:
    assert make(client, "va", "x" * 4998)["value"] == "x" * 4998


def test_a_variable_needs_a_value(client: FlaskClient) -> None:
    response = client.post("/api/variables/", json={"name": "va"})

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body", "value"]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, {}),
        ({"value": None}, {"value": None}),
        ({"value": [1]}, {"value": [1]}),
        ({"tags": []}, {"tags": []}),
        ({"name": "vb"}, {"name": "vb"}),
    ],
)
@pytest.mark.parametrize("by_name", [True, False])
def test_a_change_leaves_what_was_not_sent(
    client: FlaskClient, change: Any, kept: Any, by_name: bool
) -> None:
    made = make(client, "va", {"a": 1}, tags=["t"])
    address = f"/api/variables/{'name/va' if by_name else made['id']}"

    assert client.patch(address, json=change).status_code == 204

    found = client.get(f"/api/variables/{made['id']}").json
    assert found == made | kept | {"updated": found["updated"]}


@pytest.mark.parametrize("address", [f"{NOBODY}", "name/nobody", "name/%F0%9F%92%A9"])
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_variable_is_not_found(client: FlaskClient, method: str, address: str) -> None:
    response = client.open(f"/api/variables/{address}", method=method.upper())

    assert response.status_code == 404
    assert response.json == {"detail": "Variable not found."}


@pytest.mark.parametrize("by_name", [True, False])
def test_a_variable_is_deleted(client: FlaskClient, by_name: bool) -> None:
    made = make(client, "va")
    address = f"/api/variables/{'name/va' if by_name else made['id']}"

    assert client.delete(address).status_code == 204

    assert client.get(f"/api/variables/{made['id']}").status_code == 404
    make(client, "va")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, ["aa", "ab", "b"]),
        ({}, ["aa", "ab", "b"]),
        ({"name": {"like_": "A"}}, ["aa", "ab"]),
        ({"name": {"any_": ["b", "c"]}}, ["b"]),
        ({"name": {"any_": []}}, []),
        ({"tags": {"all_": ["x", "y"]}}, ["ab"]),
        ({"tags": {"is_null_": True}}, ["aa"]),
        ({"value": {"any_": ["7", "one"]}}, ["aa"]),
        ({"value": {"like_": "ON"}}, ["aa"]),
        ({"operator": "or_", "name": {"any_": ["b"]}, "tags": {"is_null_": True}}, ["aa", "b"]),
    ],
)
def test_variables_are_found_and_counted(client: FlaskClient, wanted: Any, found: Any) -> None:
    make(client, "b", 7, tags=["x"])
    make(client, "ab", {"one": None}, tags=["y", "x"])
    make(client, "aa", "one")
    if wanted and "like_" in wanted.get("value", {}):
        found = ["aa", "ab"]  # the keys of JSON are a part of it

    assert names(client, variables=wanted) == found
    assert client.post("/api/variables/count", json={"variables": wanted}).json == len(found)


def test_variables_come_in_order_and_by_pages(client: FlaskClient) -> None:
    for name in ("b", "c", "a"):
        make(client, name)
    client.patch("/api/variables/name/b", json={"value": 2})

    assert names(client) == names(client, sort="NAME_ASC") == ["a", "b", "c"]
    assert names(client, sort="NAME_DESC", limit=2) == ["c", "b"]
    assert names(client, sort="CREATED_DESC", offset=1) == ["c", "b"]
    assert names(client, sort="UPDATED_DESC", limit=1) == ["b"]


def test_an_older_client_keeps_texts(client: FlaskClient) -> None:
    response = client.post("/api/variables/", json={"name": "n", "value": 1}, headers=OLD)
    assert (response.status_code, response.json["value"]) == (201, "1")

    made = client.post("/api/variables/", json={"name": "v", "value": "x" * 5000}, headers=OLD)
    assert made.status_code == 201
    for value in ({"a": 1}, None, "x" * 5001):
        body = {"name": "w", "value": value}
        assert client.post("/api/variables/", json=body, headers=OLD).status_code == 422
        body = {"value": value}
        assert client.patch("/api/variables/name/n", json=body, headers=OLD).status_code == 422


def test_changes_are_told(client: FlaskClient) -> None:
    made = make(client, "va", {"a": 1}, tags=["t"])
    client.patch("/api/variables/name/va", json={"value": 2})
    client.delete("/api/variables/name/va")

    with db.engine.connect() as connection:
        rows = connection.execute(select(Event.__table__).order_by(Event.position)).all()
    assert [row.event for row in rows] == [
        f"prefect.variable.{what}" for what in ("created", "updated", "deleted")
    ]
    assert {row.resource_id for row in rows} == {f"prefect.variable.{made['id']}"}
    assert parse(rows[0].payload) == {"name": "va", "value": {"a": 1}, "tags": ["t"]}
    assert parse(rows[2].payload)["value"] == 2
