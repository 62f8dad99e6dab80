"""Task runs over the wire, as 2.20 drives them and as 3.x makes placeholders."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

Make = Callable[..., Any]
KEYS = {
    "id", "created", "updated", "name", "flow_run_id", "task_key", "dynamic_key", "cache_key",
    "cache_expiration", "task_version", "empirical_policy", "tags", "labels", "state_id",
    "task_inputs", "state_type", "state_name", "run_count", "flow_run_run_count",
    "expected_start_time", "next_scheduled_start_time", "start_time", "end_time",
    "total_run_time", "estimated_run_time", "estimated_start_time_delta", "state",
}  # fmt: skip


def test_a_new_task_run_has_every_column_of_the_contract(
    make_run: Make, make_task_run: Make
) -> None:
    run = make_run()
    inputs = {"x": [{"input_type": "task_run", "id": str(uuid4())}], "wait_for": []}

    task = make_task_run(flow_run_id=run["id"], name="extract-0", task_inputs=inputs)

    assert set(task) == KEYS
    assert task["task_inputs"] == inputs
    assert task["state"]["state_details"]["flow_run_id"] == run["id"]
    assert task["state"]["state_details"]["task_run_id"] == task["id"]


def test_the_same_call_is_one_task_run(
    client: FlaskClient, make_run: Make, make_task_run: Make
) -> None:
    run = make_run()
    task = make_task_run(flow_run_id=run["id"])

    again = client.post(
        "/api/task_runs/",
        json={"task_key": "extract-1", "dynamic_key": "0", "flow_run_id": run["id"]},
    )
    other = make_task_run(flow_run_id=run["id"], dynamic_key="1")

    assert (again.status_code, again.json["id"]) == (200, task["id"])
    assert other["id"] != task["id"]


def test_a_client_may_choose_the_id_but_not_one_that_is_taken(
    client: FlaskClient, make_run: Make, make_task_run: Make
) -> None:
    run, chosen = make_run(), str(uuid4())
    task = make_task_run(id=chosen, flow_run_id=run["id"])

    taken = client.post(
        "/api/task_runs/", json={"id": chosen, "task_key": "other", "dynamic_key": "0"}
    )

    assert task["id"] == chosen
    assert taken.status_code == 409
    assert chosen in taken.json["detail"]


def test_a_task_run_goes_through_its_states(
    client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make
) -> None:
    run = make_run()
    task = make_task_run(flow_run_id=run["id"], empirical_policy={"retries": 1})
    early = propose(task, "RUNNING", kind="task_runs")
    propose(run, "RUNNING")

    started = propose(task, "RUNNING", kind="task_runs")
    failed = propose(task, "FAILED", kind="task_runs")
    again = propose(task, "RUNNING", kind="task_runs")
    done = propose(task, "COMPLETED", kind="task_runs", state={"data": {"type": "unpersisted"}})

    read = client.get(f"/api/task_runs/{task['id']}").json
    assert early["status"] == "ABORT"
    assert started["status"] == "ACCEPT"
    assert (failed["status"], failed["state"]["name"]) == ("REJECT", "AwaitingRetry")
    assert again["state"]["name"] == "Retrying"
    assert done["status"] == "ACCEPT"
    assert (read["run_count"], read["flow_run_run_count"]) == (2, 1)
    assert read["state"]["data"] is None
    states = client.get(f"/api/task_run_states/?task_run_id={task['id']}").json
    assert [state["name"] for state in states] == [
        "Pending",
        "Running",
        "AwaitingRetry",
        "Retrying",
        "Completed",
    ]


def test_a_task_run_is_renamed(client: FlaskClient, make_task_run: Make) -> None:
    task = make_task_run()

    response = client.patch(f"/api/task_runs/{task['id']}", json={"name": "load"})

    assert response.status_code == 204
    assert client.get(f"/api/task_runs/{task['id']}").json["name"] == "load"


def test_an_unknown_task_run_is_not_found(client: FlaskClient) -> None:
    run_id = uuid4()
    state = {"state": {"type": "RUNNING"}}

    assert client.get(f"/api/task_runs/{run_id}").json == {"detail": "Task not found"}
    answer = client.post(f"/api/task_runs/{run_id}/set_state", json=state)
    assert answer.status_code == 404
    assert answer.json == {"exception_message": f"Task run with id {run_id} not found"}
