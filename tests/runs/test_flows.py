from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater.db.base import db
from headwater.db.json import parse
from headwater.events.models import Event

CHANGES = ("created", "updated", "deleted")


def test_a_flow_is_made_once_by_its_name(client: FlaskClient) -> None:
    first = client.post("/api/flows/", json={"name": "etl", "tags": ["a"], "labels": {"k": 1}})
    second = client.post("/api/flows/", json={"name": "etl", "tags": ["b"]})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert set(first.json) == {"id", "created", "updated", "name", "tags", "labels"}


def test_a_flow_that_is_renamed_is_another_and_its_runs_stay_where_they_were(
    client: FlaskClient,
) -> None:
    old = client.post("/api/flows/", json={"name": "nightly"}).json
    before = client.post("/api/flow_runs/", json={"flow_id": old["id"]}).json

    new = client.post("/api/flows/", json={"name": "daily"}).json
    after = client.post("/api/flow_runs/", json={"flow_id": new["id"]}).json

    assert new["id"] != old["id"]
    assert client.patch(f"/api/flows/{old['id']}", json={"name": "daily"}).status_code == 422
    for name, run in (("nightly", before), ("daily", after)):
        wanted = {"flows": {"name": {"any_": [name]}}}
        found = client.post("/api/flow_runs/filter", json=wanted).json
        assert [each["id"] for each in found] == [run["id"]]


@pytest.mark.parametrize("name", ["🍜 [Soup Flow] Yummy", "..hello-world", "a b", "日本"])
def test_a_flow_is_found_by_any_name_that_it_may_have(client: FlaskClient, name: str) -> None:
    flow = client.post("/api/flows/", json={"name": name}).json

    assert client.get(f"/api/flows/name/{quote(name)}").json == flow
    assert client.get(f"/api/flows/{flow['id']}").json == flow


@pytest.mark.parametrize("name", ["a/b", "50%", "a&b", "<x>", "", "a\0b", None, 3])
def test_a_name_that_a_flow_may_not_have_is_refused(client: FlaskClient, name: Any) -> None:
    response = client.post("/api/flows/", json={"name": name})

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body", "name"]


def test_an_unknown_flow_is_not_found(client: FlaskClient) -> None:
    for path in (f"/api/flows/{uuid4()}", "/api/flows/name/unknown"):
        response = client.get(path)
        assert (response.status_code, response.json) == (404, {"detail": "Flow not found"})


@pytest.mark.parametrize("sort", ["CREATED_DESC", "UPDATED_DESC", "NAME_ASC", "NAME_DESC"])
def test_the_list_of_all_flows_is_that_of_a_filter_which_all_meet(
    client: FlaskClient, statements: list[str], sort: str
) -> None:
    for name in ("b", "c", "a", "d"):
        client.post("/api/flows/", json={"name": name, "tags": ["x"], "labels": {"n": 2**70}})
    page = {"sort": sort, "limit": 2, "offset": 1}
    statements.clear()

    found = client.post("/api/flows/filter", json=page)

    assert len(statements) == 1
    filtered = client.post("/api/flows/filter", json=page | {"flows": {"tags": {"all_": ["x"]}}})
    assert len(found.json) == 2
    assert found.json == filtered.json
    assert client.post("/api/flows/filter", json=page | {"offset": 9}).json == []
    assert client.post("/api/flows/filter", json={"offset": 2**63 - 1}).json == []


def test_the_list_of_all_flows_has_none_of_another_workspace(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/api/flows/", json={"name": "a"})
    elsewhere = uuid4()
    monkeypatch.setattr("headwater.runs.routes.flows.current_workspace", lambda: elsewhere)

    assert client.post("/api/flows/filter", json={}).json == []


def test_what_becomes_of_a_flow_is_told(client: FlaskClient) -> None:
    body = {"name": "etl", "tags": ["a"], "labels": {"k": 1}}
    flow = client.post("/api/flows/", json=body).json
    client.post("/api/flows/", json=body)  # which it is already
    client.patch(f"/api/flows/{flow['id']}", json={"tags": ["b"]})
    client.delete(f"/api/flows/{flow['id']}")
    other = client.post("/api/flows/", json={"name": "other"}).json
    wanted = {"flows": {"id": {"any_": [other["id"]]}}}
    client.post("/api/flows/bulk_delete", json=wanted)

    with db.engine.connect() as connection:
        rows = connection.execute(select(Event.__table__).order_by(Event.position)).all()
    assert [(row.event, row.resource_id) for row in rows] == [
        *((f"prefect.flow.{what}", f"prefect.flow.{flow['id']}") for what in CHANGES),
        ("prefect.flow.created", f"prefect.flow.{other['id']}"),
        ("prefect.flow.deleted", f"prefect.flow.{other['id']}"),
    ]
    assert parse(rows[0].payload) == body
    assert [parse(row.payload)["tags"] for row in rows[:3]] == [["a"], ["b"], ["b"]]
    assert parse(rows[0].resource)["prefect.resource.name"] == "etl"
