"""Filters, sorts and pages of runs."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


@pytest.fixture
def runs(make_run: Make, propose: Make) -> dict[str, Any]:
    """Three runs: blue is Completed, red has Failed, grey is Scheduled."""
    blue = make_run(name="Blue-Fox", tags=["daily", "etl"], flow_version="1")
    red = make_run(name="red_fox", tags=["daily"], idempotency_key="k")
    grey = make_run(name="grey-owl", state={"type": "SCHEDULED", "name": "Late"})
    for run, end in ((blue, "COMPLETED"), (red, "FAILED")):
        propose(run, "RUNNING")
        propose(run, end)
    return {"blue": blue, "red": red, "grey": grey}


NAMES = {"Blue-Fox": "blue", "red_fox": "red", "grey-owl": "grey"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "blue red grey"),
        ({"id": {"any_": []}}, ""),
        ({"name": {"any_": ["red_fox"]}}, "red"),
        ({"name": {"like_": "FOX"}}, "blue red"),
        ({"tags": {"all_": ["daily", "etl"]}}, "blue"),
        ({"tags": {"all_": []}}, "blue red grey"),
        ({"tags": {"any_": ["etl", "x"]}}, "blue"),
        ({"tags": {"any_": []}}, ""),
        ({"tags": {"is_null_": True}}, "grey"),
        ({"tags": {"is_null_": False}}, "blue red"),
        ({"state": {"type": {"any_": ["FAILED"]}}}, "red"),
        ({"state": {"type": {"not_any_": ["FAILED"]}}}, "blue grey"),
        ({"state": {"name": {"any_": ["Late"]}}}, "grey"),
        (
            {
                "state": {
                    "operator": "or_",
                    "type": {"any_": ["FAILED"]},
                    "name": {"any_": ["Late"]},
                }
            },
            "red grey",
        ),
        ({"operator": "or_", "name": {"any_": ["red_fox"]}, "tags": {"all_": ["etl"]}}, "blue red"),
        ({"flow_version": {"any_": ["1"]}}, "blue"),
        ({"idempotency_key": {"any_": ["k"]}}, "red"),
        ({"start_time": {"is_null_": True}}, ""),
        ({"end_time": {"is_null_": True}}, "grey"),
        ({"expected_start_time": {"after_": "2000-01-01T00:00:00Z"}}, "blue red grey"),
        ({"expected_start_time": {"before_": "2000-01-01T00:00:00"}}, ""),
        ({"next_scheduled_start_time": {"after_": "2000-01-01T00:00:00Z"}}, "grey"),
        ({"parent_task_run_id": {"is_null_": True}}, "blue red grey"),
        ({"parent_task_run_id": {"is_null_": False}}, ""),
        ({"deployment_id": {"is_null_": True}}, "blue red grey"),
        ({"created_by": {"is_null_": True}}, "blue red grey"),
        ({"created_by": {"type_": ["SCHEDULE"]}}, ""),
        ({"work_queue_name": {"any_": ["q"]}}, ""),
    ],
)
def test_a_filter_finds_the_runs_that_meet_it(
    client: FlaskClient, runs: dict[str, Any], wanted: Any, found: str
) -> None:
    rows = client.post("/api/flow_runs/filter", json={"flow_runs": wanted}).json
    count = client.post("/api/flow_runs/count", json={"flow_runs": wanted}).json

    assert {NAMES[row["name"]] for row in rows} == set(found.split())
    assert count == len(found.split())


def test_a_filter_of_flows_is_met_by_the_runs_flow(
    client: FlaskClient, runs: dict[str, Any]
) -> None:
    def count(**body: Any) -> Any:
        return client.post("/api/flow_runs/count", json=body).json

    assert count(flows={"name": {"any_": ["daily-etl"]}}) == 3
    assert count(flows={"name": {"any_": ["other"]}}) == 0
    assert count(flows={"id": {"not_any_": [runs["blue"]["flow_id"]]}}) == 0


@pytest.mark.parametrize("kind", ["deployments", "work_pools", "work_pool_queues"])
def test_what_no_run_has_yet_is_met_by_none(
    client: FlaskClient, runs: dict[str, Any], kind: str
) -> None:
    body = {kind: {"name": {"any_": ["x"]}}}

    assert client.post("/api/flow_runs/filter", json=body).json == []


def test_a_subflow_is_found_by_its_parent(
    client: FlaskClient, make_run: Make, make_task_run: Make
) -> None:
    parent = make_run()
    task = make_task_run(flow_run_id=parent["id"])
    child = make_run(parent_task_run_id=task["id"])

    def find(**wanted: Any) -> list[str]:
        rows = client.post("/api/flow_runs/filter", json={"flow_runs": wanted}).json
        return [row["id"] for row in rows]

    assert find(parent_task_run_id={"any_": [task["id"]]}) == [child["id"]]
    assert find(parent_flow_run_id={"any_": [parent["id"]]}) == [child["id"]]
    has_subflow = {"task_runs": {"subflow_runs": {"exists_": True}}}
    assert client.post("/api/task_runs/count", json=has_subflow).json == 1
    assert client.post("/api/flow_runs/count", json=has_subflow).json == 1


def test_task_runs_are_found_by_what_they_are_and_whose(
    client: FlaskClient, make_run: Make, make_task_run: Make
) -> None:
    run = make_run()
    task = make_task_run(flow_run_id=run["id"], name="extract", tags=["x"])
    make_task_run(task_key="alone")

    def find(**body: Any) -> list[str]:
        return [row["id"] for row in client.post("/api/task_runs/filter", json=body).json]

    assert find(flow_runs={"id": {"any_": [run["id"]]}}) == [task["id"]]
    assert find(task_runs={"tags": {"all_": ["x"]}}) == [task["id"]]
    assert find(task_runs={"flow_run_id": {"is_null_": False}}) == [task["id"]]
    assert find(flows={"name": {"like_": "ETL"}}) == [task["id"]]
    assert len(find()) == 2


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("NAME_ASC", "Blue-Fox grey-owl red_fox"),
        ("NAME_DESC", "red_fox grey-owl Blue-Fox"),
        ("ID_DESC", "grey-owl red_fox Blue-Fox"),
        ("EXPECTED_START_TIME_ASC", "Blue-Fox red_fox grey-owl"),
        ("EXPECTED_START_TIME_DESC", "grey-owl red_fox Blue-Fox"),
        ("END_TIME_DESC", "red_fox Blue-Fox grey-owl"),
        ("NEXT_SCHEDULED_START_TIME_ASC", "grey-owl red_fox Blue-Fox"),
    ],
)
def test_runs_come_in_the_order_asked_for(
    client: FlaskClient, runs: dict[str, Any], sort: str, order: str
) -> None:
    rows = client.post("/api/flow_runs/filter", json={"sort": sort}).json

    assert [row["name"] for row in rows] == order.split()


@pytest.mark.parametrize("path", ["flows", "flow_runs", "task_runs", "logs"])
@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"limit": 0}, 200, None),
        ({"limit": -1}, 422, "Invalid limit: must be greater than or equal to 0."),
        ({"limit": 201}, 422, "Invalid limit: must be less than or equal to 200."),
        ({"offset": 10**12}, 200, None),
        ({"offset": 2**63}, 422, None),
        ({"offset": -1}, 422, None),
        ({"sort": "SIDEWAYS"}, 422, None),
        ({"runs": {}}, 200, None),  # pages send what belongs to another route
        ({}, 200, None),
    ],
)
def test_pages_have_their_limits(
    client: FlaskClient, path: str, body: Any, status: int, detail: str | None
) -> None:
    response = client.post(f"/api/{path}/filter", json=body)

    assert response.status_code == status
    if detail:
        assert response.json == {"detail": detail}


def test_pages_follow_one_another(client: FlaskClient, runs: dict[str, Any]) -> None:
    pages = [
        client.post("/api/flow_runs/filter", json={"limit": 2, "offset": offset}).json
        for offset in (0, 2, 4)
    ]

    assert [len(page) for page in pages] == [2, 1, 0]
    assert len({row["id"] for page in pages for row in page}) == 3


def test_a_typo_in_a_filter_is_refused_with_its_place(client: FlaskClient) -> None:
    response = client.post("/api/flow_runs/filter", json={"flow_runs": {"stat": {}}})

    detail = response.json["exception_detail"][0]
    assert response.status_code == 422
    assert detail["loc"] == ["body", "flow_runs", "stat"]
    assert detail["type"] == "extra_forbidden"


def test_flows_are_listed_by_name_and_by_their_runs(
    client: FlaskClient, runs: dict[str, Any]
) -> None:
    client.post("/api/flows/", json={"name": "a-flow", "tags": ["x"]})

    def find(**body: Any) -> list[str]:
        return [row["name"] for row in client.post("/api/flows/filter", json=body).json]

    assert find() == ["a-flow", "daily-etl"]
    assert find(flows={"tags": {"all_": ["x"]}}) == ["a-flow"]
    assert find(flow_runs={"state": {"type": {"any_": ["FAILED"]}}}) == ["daily-etl"]
    assert find(flows={"deployment": {"is_null_": True}}) == ["a-flow", "daily-etl"]
    assert find(flows={"deployment": {"is_null_": False}}) == []
    assert client.post("/api/flows/count", json={}).json == 2


def test_a_run_of_another_workspace_is_not_seen(
    client: FlaskClient, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, elsewhere = make_run(idempotency_key="k"), uuid4()
    monkeypatch.setattr("headwater.runs.routes.flow_runs.current_workspace", lambda: elsewhere)

    assert client.get(f"/api/flow_runs/{run['id']}").status_code == 404
    assert client.post("/api/flow_runs/filter", json={}).json == []
    assert client.post("/api/flow_runs/count", json={}).json == 0
    assert client.patch(f"/api/flow_runs/{run['id']}", json={"name": "x"}).status_code == 404
    path = f"/api/flow_runs/{run['id']}/set_state"
    assert client.post(path, json={"state": {"type": "RUNNING"}}).status_code == 404
    for key in ("k", "other"):
        new = {"flow_id": run["flow_id"], "idempotency_key": key}
        assert client.post("/api/flow_runs/", json=new).status_code == 409
    assert client.post("/api/flow_runs/count", json={}).json == 0
