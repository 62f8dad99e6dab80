"""Artifacts over the wire: made, changed, found by what made them, and the latest of each key."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater.db.base import db
from headwater.db.json import parse
from headwater.events.models import Event

OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
NOBODY = UUID(int=1)


def make(client: FlaskClient, key: str | None = None, **more: Any) -> Any:
    response = client.post("/api/artifacts/", json={"key": key, **more})
    assert response.status_code == 201, response.json
    return response.json


def find(client: FlaskClient, path: str = "", **body: Any) -> list[str]:
    response = client.post(f"/api/artifacts/{path}filter", json=body)
    assert response.status_code == 200, response.json
    count = {name: value for name, value in body.items() if name not in ("sort", "limit", "offset")}
    counted = client.post(f"/api/artifacts/{path}count", json=count).json
    assert counted >= len(response.json)
    return [one["description"] for one in response.json]


@pytest.fixture
def run(client: FlaskClient) -> Any:
    flow = client.post("/api/flows/", json={"name": "etl"}).json
    body = {"flow_id": flow["id"], "name": "run", "state": {"type": "RUNNING"}}
    made = client.post("/api/flow_runs/", json=body).json
    task = {"flow_run_id": made["id"], "task_key": "t", "dynamic_key": "0", "name": "task"}
    made["task"] = client.post("/api/task_runs/", json=task).json["id"]
    return made


def test_an_artifact_reads_back_as_it_was(client: FlaskClient) -> None:
    body = {
        "key": "my-key",
        "type": "table",
        "description": "d",
        "data": [{"a": 1.5}],
        "metadata_": {"m": "n"},
        "flow_run_id": str(uuid4()),
        "task_run_id": str(uuid4()),
    }

    made = client.post("/api/artifacts/", json=body).json

    assert made == made | body
    assert client.get(f"/api/artifacts/{made['id']}").json == made


def test_an_artifact_needs_nothing(client: FlaskClient) -> None:
    made = make(client)

    assert {made[name] for name in ("key", "type", "data", "metadata_", "flow_run_id")} == {None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "My_Key"}, "Artifact key must only contain lowercase letters, numbers, and"),
        ({"key": "k" * 1025}, "must not be longer than 1024 bytes"),
        ({"data": ["\0"]}, "must not contain a NUL character"),
        ({"description": "\ud800"}, "must not contain a lone surrogate"),
        ({"metadata_": {"a": 1}}, "valid string"),
        ({"flow_run_id": "x"}, "valid UUID"),
        ({"id": str(NOBODY)}, "Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_artifact_is_named(client: FlaskClient, change: Any, message: str) -> None:
    response = client.post("/api/artifacts/", data=json.dumps(change))

    assert response.status_code == 422
    (detail,) = response.json["exception_detail"]
    assert message in detail["msg"]
    assert detail["loc"][:2] == ["body", *change]


def test_numbers_of_an_older_client_become_texts(client: FlaskClient) -> None:
    made = client.post("/api/artifacts/", json={"metadata_": {"a": 1}, "data": 1}, headers=OLD).json

    assert (made["metadata_"], made["data"]) == ({"a": "1"}, 1)


@pytest.mark.parametrize("key", ["k", ""])
def test_the_latest_of_a_key_keeps_the_id_of_the_key(client: FlaskClient, key: str) -> None:
    first = make(client, key, description="1")
    (one,) = client.post("/api/artifacts/latest/filter").json
    second = make(client, key, description="2")

    (two,) = client.post("/api/artifacts/latest/filter").json

    assert (one["latest_id"], two["latest_id"]) == (first["id"], second["id"])
    assert (one["id"], one["created"]) == (two["id"], two["created"])
    assert two["description"] == "2"
    assert two["updated"] > one["updated"]
    assert client.get("/api/artifacts/k/latest").status_code == (200 if key else 404)


def test_the_latest_is_shown_as_an_artifact(client: FlaskClient) -> None:
    make(client, "k", data=1)

    (collection,) = client.post("/api/artifacts/latest/filter").json
    latest = client.get("/api/artifacts/k/latest").json

    assert latest == {name: value for name, value in collection.items() if name != "latest_id"}


@pytest.mark.parametrize("old", [True, False])
def test_a_change_leaves_what_was_not_sent(client: FlaskClient, old: bool) -> None:
    made = make(client, "k", description="d", data={"a": 1}, metadata_={"m": "n"})
    latest = made if not old else make(client, "k", description="later")
    before = client.get("/api/artifacts/k/latest").json

    address = f"/api/artifacts/{made['id']}"
    assert client.patch(address, json={"data": None, "description": "e"}).status_code == 204

    found = client.get(address).json
    changes = {"data": None, "description": "e", "updated": found["updated"]}
    assert found == made | changes
    after = client.get("/api/artifacts/k/latest").json
    assert after == before | ({} if latest is not made else changes)


def test_a_key_cannot_be_changed(client: FlaskClient) -> None:
    made = make(client, "k")

    assert client.patch(f"/api/artifacts/{made['id']}", json={"key": "x"}).status_code == 422


def test_a_key_falls_back_to_the_newest_that_is_left(client: FlaskClient) -> None:
    first, second, third = (make(client, "k", description=word) for word in "123")
    make(client, "other")

    assert client.delete(f"/api/artifacts/{second['id']}").status_code == 204
    assert client.get("/api/artifacts/k/latest").json["description"] == "3"
    assert client.delete(f"/api/artifacts/{third['id']}").status_code == 204
    assert client.get("/api/artifacts/k/latest").json["description"] == "1"
    assert client.delete(f"/api/artifacts/{first['id']}").status_code == 204

    response = client.get("/api/artifacts/k/latest")
    assert (response.status_code, response.json) == (404, {"detail": "Artifact not found."})
    assert client.post("/api/artifacts/latest/count").json == 1


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_artifact_is_not_found(client: FlaskClient, method: str) -> None:
    make(client, "k")
    key_id = client.get("/api/artifacts/k/latest").json["id"]

    for unknown in (NOBODY, key_id):
        response = client.open(f"/api/artifacts/{unknown}", method=method)
        assert (response.status_code, response.json) == (404, {"detail": "Artifact not found."})


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "edcba"),
        ({"key": {"any_": ["k1", "k2"]}}, "cba"),
        ({"key": {"like_": "K"}}, "cba"),
        ({"key": {"exists_": True}}, "cba"),
        ({"key": {"exists_": False}}, "ed"),
        ({"type": {"any_": ["table"]}}, "ca"),
        ({"type": {"not_any_": ["table"]}}, "d"),
        ({"flow_run_id": {"any_": ["run"]}}, "eb"),
        ({"task_run_id": {"any_": ["task"]}}, "b"),
        ({"operator": "or_", "type": {"any_": ["link"]}, "key": {"any_": ["k2"]}}, "dc"),
    ],
)
def test_artifacts_are_found(client: FlaskClient, run: Any, wanted: Any, found: str) -> None:
    make(client, "k1", description="a", type="table")
    make(client, "k1", description="b", flow_run_id=run["id"], task_run_id=run["task"])
    make(client, "k2", description="c", type="table")
    make(client, description="d", type="link")
    make(client, description="e", flow_run_id=run["id"])
    known = {"run": run["id"], "task": run["task"]}
    body = json.loads(json.dumps(wanted))
    for name in ("flow_run_id", "task_run_id"):
        if name in body:
            body[name]["any_"] = [known[one] for one in body[name]["any_"]]

    assert find(client, artifacts=body) == [*found]
    latest = [word for word in found if word in "bc"]
    if "type" not in wanted or wanted["type"] != {"any_": ["table"]}:
        assert find(client, "latest/", artifacts=body) == latest


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"flow_runs": {"name": {"any_": ["run"]}}}, ["b", "a"]),
        ({"flow_runs": {"name": {"any_": ["other"]}}}, []),
        ({"flows": {"name": {"any_": ["etl"]}}, "flow_runs": {}}, ["b", "a"]),
        ({"flows": {"name": {"any_": ["other"]}}}, []),
        ({"task_runs": {"name": {"any_": ["task"]}}}, ["b"]),
        ({"task_runs": {"name": {"any_": ["other"]}}}, []),
        ({"deployments": {"name": {"any_": ["x"]}}}, []),
    ],
)
def test_artifacts_are_found_by_what_made_them(
    client: FlaskClient, run: Any, wanted: Any, found: list[str]
) -> None:
    make(client, "a", description="a", flow_run_id=run["id"])
    make(client, "b", description="b", flow_run_id=run["id"], task_run_id=run["task"])
    make(client, "c", description="c")

    assert find(client, **wanted) == find(client, "latest/", **wanted) == found


@pytest.mark.parametrize("path", ["filter", "count", "latest/filter", "latest/count"])
def test_lists_that_no_statement_takes_together_are_refused(client: FlaskClient, path: str) -> None:
    ids = {"any_": [str(NOBODY)] * 7_000}
    wanted = {"flow_run_id": ids, "task_run_id": ids, "type": ids}

    response = client.post(f"/api/artifacts/{path}", json={"artifacts": wanted})

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body"]


@pytest.mark.parametrize(("path", "field"), [("", "latest_id"), ("latest/", "id")])
def test_each_list_has_its_own_ids(client: FlaskClient, path: str, field: str) -> None:
    body = {"artifacts": {field: {"any_": []}}}

    assert client.post(f"/api/artifacts/{path}filter", json=body).status_code == 422


def test_artifacts_come_in_order_and_by_pages(client: FlaskClient) -> None:
    made = {word: make(client, word, description=word) for word in "bca"}
    make(client, description="none")
    client.patch(f"/api/artifacts/{made['b']['id']}", json={"data": 1})

    assert find(client) == find(client, sort="CREATED_DESC") == ["none", "a", "c", "b"]
    assert find(client, sort="KEY_ASC") == ["none", "a", "b", "c"]
    assert find(client, sort="KEY_DESC", limit=2) == ["c", "b"]
    assert find(client, sort="UPDATED_DESC", limit=1) == ["b"]
    assert find(client, "latest/", sort="KEY_ASC", offset=1) == ["b", "c"]
    assert find(client, "latest/", sort="UPDATED_DESC", limit=1) == ["b"]


def test_keys_are_told_with_what_they_show(client: FlaskClient) -> None:
    run = str(uuid4())
    first = make(client, "k", data=1, description="d", type="t", flow_run_id=run)
    second = make(client, "k")
    make(client)
    for one in (first, second):
        client.delete(f"/api/artifacts/{one['id']}")

    with db.engine.connect() as connection:
        rows = connection.execute(select(Event.__table__).order_by(Event.position)).all()
    assert [row.event for row in rows] == [
        f"prefect.artifact-collection.{what}" for what in ("created", "updated", "deleted")
    ]
    assert parse(rows[0].payload) == {"key": "k", "type": "t", "data": 1, "description": "d"}
    assert [one["prefect.resource.role"] for one in parse(rows[0].related)] == [
        "artifact",
        "flow-run",
    ]


def test_the_graph_of_a_flow_run_shows_what_was_made(client: FlaskClient, run: Any) -> None:
    of_flow = make(client, "k", data=[1], type="table", flow_run_id=run["id"])
    of_task = {"flow_run_id": run["id"], "task_run_id": run["task"]}
    progress = make(client, "p", data=50.0, type="progress", **of_task)
    make(client, data={}, type="result", **of_task)
    make(client, "k")
    started = {"state": {"type": "RUNNING"}, "force": True}
    client.post(f"/api/task_runs/{run['task']}/set_state", json=started)

    graph = client.get(f"/api/flow_runs/{run['id']}/graph-v2").json

    def shown(made: Any, **more: Any) -> dict[str, Any]:
        return {name: made[name] for name in ("id", "created", "key", "type")} | more

    assert graph["artifacts"] == [shown(of_flow, is_latest=False, data=None)]
    ((_, node),) = graph["nodes"]
    assert node["artifacts"] == [shown(progress, is_latest=True, data=50.0)]
