"""What dashboards ask in one go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from headwater.db.session import write
from headwater.ids import uuid7
from headwater.runs.models import TaskRun

Make = Callable[..., Any]
AFTER = datetime(2026, 11, 26, 3, 0, 30, tzinfo=UTC)


def schedule(moment: datetime) -> dict[str, Any]:
    return {"type": "SCHEDULED", "state_details": {"scheduled_time": moment.isoformat()}}


def test_the_next_run_of_each_flow_is_the_first_that_is_scheduled(
    client: FlaskClient, flow: Any, make_run: Make
) -> None:
    other = client.post("/api/flows/", json={"name": "other"}).json
    make_run(name="later", state=schedule(AFTER + timedelta(hours=2)))
    first = make_run(name="first", state=schedule(AFTER))
    make_run(name="runs")
    ids = [flow["id"], other["id"], str(uuid4())]

    found = client.post("/api/ui/flows/next-runs", json={"flow_ids": ids}).json

    assert list(found) == ids
    assert found[other["id"]] is found[ids[2]] is None
    assert found[flow["id"]] == {
        "id": first["id"],
        "flow_id": flow["id"],
        "name": "first",
        "state_name": "Scheduled",
        "state_type": "SCHEDULED",
        "next_scheduled_start_time": "2026-11-26T03:00:30Z",
    }


def test_flows_without_deployments_have_none(client: FlaskClient, flow: Any) -> None:
    body = {"flow_ids": [flow["id"]]}

    response = client.post("/api/ui/flows/count-deployments", json=body)

    assert response.json == {flow["id"]: 0}


def test_task_runs_are_counted_without_what_stands_for_subflows(
    client: FlaskClient, make_run: Make, make_task_run: Make
) -> None:
    parent, empty = make_run(), make_run()
    for number in range(3):
        task = make_task_run(flow_run_id=parent["id"], dynamic_key=str(number))
    make_run(parent_task_run_id=task["id"])
    body = {"flow_run_ids": [parent["id"], empty["id"]]}

    response = client.post("/api/ui/flow_runs/count-task-runs", json=body)

    assert response.json == {parent["id"]: 2, empty["id"]: 0}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("flows/count-deployments", "flow_ids"),
        ("flows/next-runs", "flow_ids"),
        ("flow_runs/count-task-runs", "flow_run_ids"),
    ],
)
def test_ids_are_needed_and_have_their_limit(client: FlaskClient, path: str, name: str) -> None:
    def status(body: Any) -> int:
        return client.post(f"/api/ui/{path}", json=body).status_code

    assert status({}) == 422
    assert status({name: []}) == 200
    assert status({name: [str(uuid4())] * 200}) == 200
    assert status({name: [str(uuid4())] * 201}) == 422


def test_recent_runs_have_what_a_chart_shows(
    client: FlaskClient, make_run: Make, propose: Make
) -> None:
    ended, waits = make_run(), make_run(state=schedule(AFTER + timedelta(days=9999)))
    for state in ("RUNNING", "COMPLETED"):
        propose(ended, state)

    latest, earlier = client.post("/api/ui/flow_runs/history", json={}).json

    read = client.get(f"/api/flow_runs/{ended['id']}").json
    assert (latest["id"], latest["state_type"]) == (waits["id"], "SCHEDULED")
    assert (latest["duration"], latest["lateness"]) == (0.0, 0.0)
    assert earlier == {
        "id": ended["id"],
        "state_type": "COMPLETED",
        "timestamp": read["start_time"],
        "duration": read["estimated_run_time"],
        "lateness": read["estimated_start_time_delta"],
    }


@pytest.mark.parametrize(("limit", "status"), [(1000, 200), (1001, 422), (-1, 422), (0, 200)])
def test_recent_runs_have_their_limit(client: FlaskClient, limit: int, status: int) -> None:
    assert client.post("/api/ui/flow_runs/history", json={"limit": limit}).status_code == status


def test_task_runs_are_counted_by_state_those_of_none_too(
    client: FlaskClient, make_task_run: Make, propose: Make
) -> None:
    for key in "ab":
        task = make_task_run(dynamic_key=key, name=key, state={"type": "PENDING"})
    propose(task, "CRASHED", kind="task_runs", force=True)

    counts = client.post("/api/ui/task_runs/count", json={}).json
    filtered = {"task_runs": {"name": {"any_": ["a"]}}}
    of_one = client.post("/api/ui/task_runs/count", json=filtered).json

    assert len(counts) == 9
    assert {kind: count for kind, count in counts.items() if count} == {"PENDING": 1, "CRASHED": 1}
    assert sum(of_one.values()) == of_one["PENDING"] == 1


@pytest.fixture
def ended(client: FlaskClient, make_task_run: Make) -> Make:
    """Make a task run that started then and has ended."""

    def make(start: datetime, state_type: str) -> None:
        task = make_task_run(dynamic_key=uuid7().hex)
        rows = TaskRun.__table__
        values = {"start_time": start, "state_type": state_type}
        statement = update(rows).where(rows.c.id == UUID(task["id"])).values(values)
        write(lambda session: session.execute(statement))

    return make


def count(client: FlaskClient, before: datetime | None, **wanted: Any) -> Any:
    time = {"after_": AFTER.isoformat(), "before_": before and before.isoformat()}
    body = {"task_runs": {"start_time": time} | wanted}
    return client.post("/api/ui/task_runs/dashboard/counts", json=body)


def test_task_runs_that_ended_are_counted_by_twentieths(client: FlaskClient, ended: Make) -> None:
    before = AFTER + timedelta(minutes=39, seconds=-1)  # to the end of its minute: 40 minutes
    for minutes, state_type in (
        (0, "COMPLETED"),
        (1.4, "FAILED"),
        (1.6, "CRASHED"),
        (20, "CANCELLED"),
        (20, "RUNNING"),
        (-1, "COMPLETED"),
        (38.9, "COMPLETED"),
    ):
        ended(AFTER + timedelta(minutes=minutes), state_type)

    bars = count(client, before).json

    assert len(bars) == 20
    assert {n: bar for n, bar in enumerate(bars) if any(bar.values())} == {
        0: {"completed": 1, "failed": 1},
        1: {"completed": 0, "failed": 1},
        10: {"completed": 1, "failed": 0},
        19: {"completed": 1, "failed": 0},
    }


def test_which_states_is_not_the_callers_to_say(client: FlaskClient, ended: Make) -> None:
    ended(AFTER, "COMPLETED")

    bars = count(client, AFTER, state={"type": {"any_": ["RUNNING"]}}).json

    assert sum(bar["completed"] for bar in bars) == 1


def test_a_window_without_a_length_is_empty(client: FlaskClient, ended: Make) -> None:
    ended(AFTER, "COMPLETED")

    bars = count(client, AFTER - timedelta(hours=1)).json

    assert bars == [{"completed": 0, "failed": 0}] * 20


def test_a_window_needs_its_start(client: FlaskClient) -> None:
    response = client.post("/api/ui/task_runs/dashboard/counts", json={"task_runs": {}})

    assert response.status_code == 422
    assert response.json == {"detail": "task_runs.start_time.after_ is required"}


def test_a_task_run_is_read_with_the_name_of_its_flow_run(
    client: FlaskClient, make_run: Make, make_task_run: Make
) -> None:
    run = make_run(name="parent")
    task = make_task_run(flow_run_id=run["id"])
    alone = make_task_run(task_key="alone")

    def read(one: Any) -> Any:
        return client.get(f"/api/ui/task_runs/{one['id']}").json

    assert set(read(task)) == {*task, "flow_run_name"}
    assert (read(task)["id"], read(task)["flow_run_name"]) == (task["id"], "parent")
    assert read(alone)["flow_run_name"] is None
    assert client.get(f"/api/ui/task_runs/{uuid4()}").json == {"detail": "Task not found"}
