"""Flow runs over the wire: statuses, bodies and columns as the clients' own server gives them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
KEYS = {
    "id", "created", "updated", "name", "flow_id", "state_id", "deployment_id",
    "deployment_version", "work_queue_id", "work_queue_name", "flow_version", "parameters",
    "idempotency_key", "context", "empirical_policy", "tags", "labels", "parent_task_run_id",
    "state_type", "state_name", "run_count", "expected_start_time", "next_scheduled_start_time",
    "start_time", "end_time", "total_run_time", "estimated_run_time",
    "estimated_start_time_delta", "auto_scheduled", "infrastructure_document_id",
    "infrastructure_pid", "created_by", "work_pool_id", "work_pool_name", "state",
    "job_variables",
}  # fmt: skip
DETAILS = {
    "flow_run_id", "task_run_id", "child_flow_run_id", "scheduled_time", "cache_key",
    "cache_expiration", "deferred", "untrackable_result", "pause_timeout", "pause_reschedule",
    "pause_key", "run_input_keyset", "refresh_cache", "retriable", "transition_id",
    "task_parameters_id", "traceparent", "deployment_concurrency_lease_id",
}  # fmt: skip


def test_a_new_run_has_every_column_of_the_contract(make_run: Make, flow: Any) -> None:
    run = make_run(parameters={"n": 1}, tags=["daily", "etl"])

    assert set(run) == KEYS
    assert set(run["state"]["state_details"]) == DETAILS
    assert run["state"]["state_details"]["flow_run_id"] == run["id"]
    assert run["state_id"] == run["state"]["id"]
    assert (run["state_type"], run["state_name"]) == ("PENDING", "Pending")
    assert run["parameters"] == {"n": 1}
    assert run["tags"] == ["daily", "etl"]
    assert run["labels"] == {"prefect.flow.id": flow["id"]}
    assert len(run["name"].split("-")) == 2
    assert run["expected_start_time"] == run["state"]["timestamp"]
    assert UUID(run["id"]).version == 7


def test_what_is_read_is_what_was_created(client: FlaskClient, flow: Any, read_run: Make) -> None:
    body = {"big": 2**70, "deep": {"z": [1.5, None, "é"], "a": 1}}
    data = json.dumps({"flow_id": flow["id"], "parameters": body})  # Flask would sort the keys
    run = client.post("/api/flow_runs/", data=data).json

    read = read_run(run)

    for moving in ("estimated_start_time_delta", "estimated_run_time"):
        del read[moving], run[moving]
    assert read == run
    assert read["parameters"] == body
    assert list(read["parameters"]["deep"]) == ["z", "a"]


def test_an_idempotency_key_makes_one_run(client: FlaskClient, make_run: Make, flow: Any) -> None:
    run = make_run(idempotency_key="nightly", name="first")

    again = client.post(
        "/api/flow_runs/",
        json={"flow_id": flow["id"], "idempotency_key": "nightly", "name": "second"},
    )

    assert again.status_code == 200
    assert (again.json["id"], again.json["name"]) == (run["id"], "first")


def test_a_run_of_an_unknown_flow_is_a_conflict(client: FlaskClient) -> None:
    response = client.post("/api/flow_runs/", json={"flow_id": str(uuid4())})

    assert response.status_code == 409
    assert "Data integrity conflict" in response.json["detail"]


def test_an_accepted_state_answers_201_and_is_the_runs(
    client: FlaskClient, make_run: Make, read_run: Make
) -> None:
    run = make_run()
    body = {"state": {"type": "RUNNING", "message": "go", "data": {"x": 1}}, "force": False}

    response = client.post(f"/api/flow_runs/{run['id']}/set_state", json=body)

    read = read_run(run)
    assert response.status_code == 201
    assert response.json["status"] == "ACCEPT"
    assert response.json["details"] == {"type": "accept_details"}
    assert response.json["state"] == read["state"]
    assert read["run_count"] == 1
    assert read["start_time"] == read["state"]["timestamp"]
    assert (read["state"]["message"], read["state"]["data"]) == ("go", {"x": 1})


def test_what_is_not_written_answers_200_with_the_state_that_is(
    client: FlaskClient, make_run: Make
) -> None:
    run = make_run()

    response = client.post(
        f"/api/flow_runs/{run['id']}/set_state", json={"state": {"type": "PENDING"}}
    )

    assert response.status_code == 200
    assert response.json["status"] == "ABORT"
    assert response.json["state"] == run["state"]
    assert response.json["details"] == {
        "type": "abort_details",
        "reason": "This run is in a PENDING state and cannot transition to a PENDING state.",
    }


def test_a_run_that_is_not_due_is_told_to_wait(make_run: Make, propose: Make) -> None:
    due = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    run = make_run(state={"type": "SCHEDULED", "state_details": {"scheduled_time": due}})

    answer = propose(run, "RUNNING")

    assert answer["status"] == "WAIT"
    assert 3590 < answer["details"]["delay_seconds"] <= 3600
    assert answer["details"]["reason"] == "Scheduled time is in the future"


def test_a_failed_run_with_retries_awaits_its_retry(
    make_run: Make, propose: Make, read_run: Make
) -> None:
    run = make_run(empirical_policy={"retries": 1, "retry_delay": 60})
    propose(run, "RUNNING")

    answer = propose(run, "FAILED", state={"message": "boom"})

    read = read_run(run)
    assert (answer["status"], answer["details"]["reason"]) == ("REJECT", "Retrying")
    assert (read["state_type"], read["state_name"]) == ("SCHEDULED", "AwaitingRetry")
    assert read["next_scheduled_start_time"] == read["state"]["state_details"]["scheduled_time"]
    assert read["empirical_policy"]["retry_type"] == "in_process"
    assert read["state"]["message"] == "boom"


def test_old_names_of_retries_count(make_run: Make) -> None:
    run = make_run(empirical_policy={"max_retries": 3, "retry_delay_seconds": 7})

    assert run["empirical_policy"]["retries"] == 3
    assert run["empirical_policy"]["retry_delay"] == 7


def test_a_forced_state_is_entered(make_run: Make, propose: Make, read_run: Make) -> None:
    run = make_run()
    for kind in ("RUNNING", "COMPLETED"):
        propose(run, kind)

    answer = propose(run, "CRASHED", force=True)

    assert answer["status"] == "ACCEPT"
    assert read_run(run)["state_type"] == "CRASHED"


def test_leaving_the_end_clears_the_end_time(make_run: Make, propose: Make, read_run: Make) -> None:
    run = make_run()
    for kind in ("RUNNING", "FAILED", "RUNNING"):
        propose(run, kind)

    read = read_run(run)

    assert read["end_time"] is None
    assert read["run_count"] == 2


def test_the_states_of_a_run_are_in_order_and_none_is_at_the_time_of_another(
    client: FlaskClient, make_run: Make, propose: Make
) -> None:
    run = make_run()
    for kind in ("RUNNING", "FAILED", "RUNNING", "COMPLETED"):
        propose(run, kind)

    states = client.get(f"/api/flow_run_states/?flow_run_id={run['id']}").json

    kinds = [state["type"] for state in states]
    times = [state["timestamp"] for state in states]
    assert kinds == ["PENDING", "RUNNING", "FAILED", "RUNNING", "COMPLETED"]
    assert times == sorted(set(times))


def test_a_subflow_and_its_placeholder_are_in_the_same_state(
    client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make
) -> None:
    parent = make_run()
    task = make_task_run(flow_run_id=parent["id"])
    child = make_run(parent_task_run_id=task["id"])

    propose(child, "RUNNING")
    propose(child, "COMPLETED")

    read = client.get(f"/api/task_runs/{task['id']}").json
    run = client.get(f"/api/flow_runs/{child['id']}").json
    states = client.get(f"/api/task_run_states/?task_run_id={task['id']}").json
    assert read["state_type"] == "COMPLETED"
    assert read["state"]["state_details"]["child_flow_run_id"] == child["id"]
    assert read["state"]["state_details"]["task_run_id"] == task["id"]
    assert read["state_id"] != run["state_id"]
    assert read["state"]["timestamp"] == run["state"]["timestamp"]
    for name in ("run_count", "start_time", "end_time", "total_run_time"):
        assert read[name] == run[name]
    assert [state["type"] for state in states] == ["PENDING", "PENDING", "RUNNING", "COMPLETED"]


def test_a_patch_changes_what_it_names(client: FlaskClient, make_run: Make, read_run: Make) -> None:
    run = make_run(parameters={"n": 1}, tags=["a"], flow_version="1")

    response = client.patch(
        f"/api/flow_runs/{run['id']}",
        json={"name": "renamed", "infrastructure_pid": "host:7", "job_variables": {"k": 1}},
    )

    read = read_run(run)
    assert (response.status_code, response.data) == (204, b"")
    assert (read["name"], read["infrastructure_pid"]) == ("renamed", "host:7")
    assert (read["job_variables"], read["parameters"]) == ({"k": 1}, {"n": 1})
    assert (read["tags"], read["flow_version"]) == (["a"], "1")


@pytest.mark.parametrize(
    ("method", "path", "body", "answer"),
    [
        ("get", "", None, {"detail": "Flow run not found"}),
        ("patch", "", {"name": "x"}, {"detail": "Flow run not found"}),
        ("post", "/set_state", {"state": {"type": "RUNNING"}}, None),
    ],
)
def test_an_unknown_run_is_not_found(
    client: FlaskClient, method: str, path: str, body: Any, answer: Any
) -> None:
    run_id = uuid4()

    response = getattr(client, method)(f"/api/flow_runs/{run_id}{path}", json=body)

    unknown = {"exception_message": f"Flow run with id {run_id} not found"}
    assert response.status_code == 404
    assert response.json == (answer or unknown)


def test_parameters_over_the_limit_are_refused_with_the_limit(
    client: FlaskClient, flow: Any
) -> None:
    body = {"flow_id": flow["id"], "parameters": {"x": "y" * 600_000}}

    response = client.post("/api/flow_runs/", json=body)

    assert response.status_code == 422
    assert "512 KB" in response.json["detail"]


def test_a_state_change_is_in_the_event_log_with_the_one_before(
    make_run: Make, propose: Make, events: Make
) -> None:
    run = make_run(tags=["daily"])
    propose(run, "RUNNING", state={"message": "go"})

    of_flow, first, second = events()

    assert of_flow.event == "prefect.flow.created"
    assert [first.event, second.event] == ["prefect.flow-run.Pending", "prefect.flow-run.Running"]
    assert second.follows == first.id
    assert second.resource["prefect.resource.id"] == f"prefect.flow-run.{run['id']}"
    assert second.resource["prefect.state-message"] == "go"
    assert [item["prefect.resource.role"] for item in second.related] == ["flow", "tag"]
    assert second.payload["intended"] == {"from": "PENDING", "to": "RUNNING"}


def test_a_subflow_is_told_with_the_task_run_that_stands_for_it(
    make_run: Make, make_task_run: Make, events: Make
) -> None:
    placeholder = make_task_run(flow_run_id=make_run()["id"], name="child-0", tags=["parent"])
    make_run(parent_task_run_id=placeholder["id"], tags=["child"])

    related = events()[-1].related

    assert [item["prefect.resource.role"] for item in related] == ["flow", "task-run", "tag", "tag"]
    assert related[1]["prefect.resource.id"] == f"prefect.task-run.{placeholder['id']}"
    assert related[1]["prefect.resource.name"] == "child-0"
    assert [tag["prefect.resource.id"] for tag in related[2:]] == [
        "prefect.tag.child",
        "prefect.tag.parent",
    ]


def test_a_pause_is_told_with_whether_its_process_ends(
    make_run: Make, propose: Make, events: Make
) -> None:
    run = make_run()
    propose(run, "RUNNING")
    propose(run, "PAUSED", state={"state_details": {"pause_reschedule": False}})

    paused = events()[-1].payload["validated_state"]

    assert paused == {"type": "PAUSED", "name": "Paused", "pause_reschedule": "false"}
