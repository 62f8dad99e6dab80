from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


@pytest.fixture
def count(client: FlaskClient) -> Make:
    return lambda kind: client.post(f"/api/{kind}/count", json={}).json


def log(client: FlaskClient, run: Any, lines: int = 1) -> None:
    line = {"name": "x", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
    client.post("/api/logs/", json=[line | {"flow_run_id": run["id"]}] * lines)


def test_a_run_goes_with_all_that_is_its_own(
    client: FlaskClient, make_run: Make, make_task_run: Make, count: Make
) -> None:
    run, other = make_run(), make_run()
    task = make_task_run(flow_run_id=run["id"])
    child = make_run(parent_task_run_id=task["id"])
    log(client, run)
    log(client, other)

    response = client.delete(f"/api/flow_runs/{run['id']}")

    assert response.status_code == 204
    assert client.get(f"/api/flow_runs/{run['id']}").status_code == 404
    assert client.get(f"/api/flow_run_states/?flow_run_id={run['id']}").json == []
    assert count("task_runs") == 0
    assert client.get(f"/api/flow_runs/{child['id']}").json["parent_task_run_id"] is None
    lines = client.post("/api/logs/filter", json={}).json
    assert [line["flow_run_id"] for line in lines] == [other["id"]]


def test_many_log_lines_go_in_parts(
    client: FlaskClient, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.runs.service.removals.LOGS_AT_ONCE", 3)
    run = make_run()
    log(client, run, lines=10)

    client.delete(f"/api/flow_runs/{run['id']}")

    assert client.post("/api/logs/filter", json={}).json == []


def test_a_flow_goes_with_its_runs(
    client: FlaskClient, flow: Any, make_run: Make, count: Make
) -> None:
    log(client, make_run())

    assert client.delete(f"/api/flows/{flow['id']}").status_code == 204

    assert (count("flows"), count("flow_runs")) == (0, 0)
    assert client.post("/api/logs/filter", json={}).json == []


def test_a_task_run_goes_and_its_subflow_stays(
    client: FlaskClient, make_run: Make, make_task_run: Make, count: Make
) -> None:
    task = make_task_run(flow_run_id=make_run()["id"])
    child = make_run(parent_task_run_id=task["id"])

    assert client.delete(f"/api/task_runs/{task['id']}").status_code == 204

    assert count("task_runs") == 0
    assert client.get(f"/api/flow_runs/{child['id']}").json["parent_task_run_id"] is None


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("flows", "Flow not found"),
        ("flow_runs", "Flow run not found"),
        ("task_runs", "Task not found"),
    ],
)
def test_what_is_not_there_cannot_go(client: FlaskClient, kind: str, detail: str) -> None:
    response = client.delete(f"/api/{kind}/{uuid4()}")

    assert (response.status_code, response.json) == (404, {"detail": detail})


def test_the_runs_that_meet_a_filter_go(client: FlaskClient, make_run: Make, count: Make) -> None:
    red = [make_run(tags=["red"])["id"] for _ in range(3)]
    make_run()
    wanted = {"flow_runs": {"tags": {"all_": ["red"]}}}

    first = client.post("/api/flow_runs/bulk_delete", json=wanted | {"limit": 2}).json
    rest = client.post("/api/flow_runs/bulk_delete", json=wanted).json

    assert len(first["deleted"]) == 2
    assert {*first["deleted"], *rest["deleted"]} == set(red)
    assert count("flow_runs") == 1


def test_the_flows_that_meet_a_filter_go(
    client: FlaskClient, flow: Any, make_run: Make, count: Make
) -> None:
    make_run()
    client.post("/api/flows/", json={"name": "other"})

    wanted = {"flows": {"name": {"any_": ["daily-etl"]}}}
    response = client.post("/api/flows/bulk_delete", json=wanted)

    assert response.json == {"deleted": [flow["id"]]}
    assert (count("flows"), count("flow_runs")) == (1, 0)


def test_the_runs_that_meet_a_filter_are_moved_each_by_the_rules(
    client: FlaskClient, make_run: Make, propose: Make, read_run: Make
) -> None:
    waiting, done = make_run(tags=["x"]), make_run(tags=["x"])
    propose(done, "RUNNING")
    propose(done, "COMPLETED")
    body = {"flow_runs": {"tags": {"all_": ["x"]}}, "state": {"type": "CRASHED"}}

    results = client.post("/api/flow_runs/bulk_set_state", json=body).json["results"]

    found = {result["flow_run_id"]: result["status"] for result in results}
    assert found == {waiting["id"]: "ACCEPT", done["id"]: "ABORT"}
    assert read_run(waiting)["state_type"] == "CRASHED"


@pytest.mark.parametrize("path", ["flow_runs/bulk_delete", "flows/bulk_delete"])
@pytest.mark.parametrize("limit", [0, 51, "x"])
def test_not_more_than_fifty_go_at_once(client: FlaskClient, path: str, limit: Any) -> None:
    response = client.post(f"/api/{path}", json={"limit": limit})

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body", "limit"]


def test_labels_are_merged(client: FlaskClient, make_run: Make, read_run: Make) -> None:
    run = make_run(labels={"a": 1, "b": "x"})

    response = client.patch(f"/api/flow_runs/{run['id']}/labels", json={"b": True, "c": 1.5})

    assert response.status_code == 204
    labels = read_run(run)["labels"]
    assert {k: labels[k] for k in "abc"} == {"a": 1, "b": True, "c": 1.5}
    assert client.patch(f"/api/flow_runs/{uuid4()}/labels", json={}).status_code == 404


def test_a_flow_changes_its_tags(client: FlaskClient, flow: Any) -> None:
    assert client.patch(f"/api/flows/{flow['id']}", json={"tags": ["q"]}).status_code == 204
    assert client.patch(f"/api/flows/{flow['id']}", json={}).status_code == 204
    assert client.get(f"/api/flows/{flow['id']}").json["tags"] == ["q"]
    assert client.patch(f"/api/flows/{uuid4()}", json={}).status_code == 404
