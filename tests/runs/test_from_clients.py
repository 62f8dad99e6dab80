"""What a comparison with the clients' own servers showed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


def test_a_result_that_was_not_kept_is_read_as_none(
    client: FlaskClient, make_run: Make, propose: Make
) -> None:
    # Else 2.20 raises MissingResult for a failed run, in place of what its state says.
    run = make_run()
    unkept = {"data": {"type": "unpersisted", "artifact_type": "result"}, "message": "boom"}

    propose(run, "FAILED", state=unkept)

    read = client.get(f"/api/flow_runs/{run['id']}").json
    states = client.get("/api/flow_run_states/", query_string={"flow_run_id": run["id"]}).json
    assert (read["state"]["data"], read["state"]["message"]) == (None, "boom")
    assert states[-1]["data"] is None


def test_the_task_run_of_a_subflow_stays_in_its_parent(
    client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make
) -> None:
    parent = make_run()
    task = make_task_run(flow_run_id=parent["id"])

    child = make_run(parent_task_run_id=task["id"])
    propose(child, "RUNNING")

    states = client.get("/api/task_run_states/", query_string={"task_run_id": task["id"]}).json
    assert {state["state_details"]["flow_run_id"] for state in states} == {parent["id"]}
    assert {state["state_details"]["task_run_id"] for state in states} == {task["id"]}
    assert states[-1]["state_details"]["child_flow_run_id"] == child["id"]


@pytest.mark.parametrize("labels", [[], {"team": []}, {"team": {"a": 1}}, {"team": None}])
@pytest.mark.parametrize("path", ["flows", "flow_runs", "task_runs"])
def test_labels_are_plain_values(client: FlaskClient, path: str, labels: Any) -> None:
    response = client.post(f"/api/{path}/", json={"labels": labels})

    assert response.status_code == 422
    places = [tuple(problem["loc"][:2]) for problem in response.json["exception_detail"]]
    assert ("body", "labels") in places


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400"])
def test_a_label_is_no_number_that_would_read_back_as_null(
    client: FlaskClient, make_run: Make, number: str
) -> None:
    run = make_run()
    body = f'{{"name": "etl", "flow_id": "{run["flow_id"]}", "labels": {{"share": {number}}}}}'
    made = [client.post(f"/api/{path}/", data=body) for path in ("flows", "flow_runs")]
    changed = client.patch(f"/api/flow_runs/{run['id']}/labels", data=f'{{"share": {number}}}')

    assert [answer.status_code for answer in (*made, changed)] == [422] * 3


def test_a_task_run_has_the_labels_of_its_flow_run(
    flow: Any, make_run: Make, make_task_run: Make
) -> None:
    run = make_run(labels={"team": "data", "tier": "run"})

    task = make_task_run(flow_run_id=run["id"], labels={"tier": "task"})

    assert task["labels"] == {
        "prefect.flow.id": flow["id"],
        "prefect.flow-run.id": run["id"],
        "team": "data",
        "tier": "task",
    }


def test_a_delay_is_read_as_it_was_given(make_run: Make, make_task_run: Make) -> None:
    run = make_run()

    tasks = [
        make_task_run(
            flow_run_id=run["id"], dynamic_key=str(n), empirical_policy={"retry_delay": delay}
        )
        for n, delay in enumerate((0, 0.5, [1, 2.5]))
    ]

    delays = [task["empirical_policy"]["retry_delay"] for task in tasks]
    assert [repr(delay) for delay in delays] == ["0", "0.5", "[1, 2.5]"]


def test_the_task_run_of_a_subflow_counts_all_runs_of_it(
    client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make
) -> None:
    parent = make_run()
    task = make_task_run(flow_run_id=parent["id"])
    for ending in ("FAILED", "COMPLETED"):
        child = make_run(parent_task_run_id=task["id"])
        propose(child, "RUNNING")
        propose(child, ending)
        if ending == "FAILED":
            first = client.get(f"/api/task_runs/{task['id']}").json

    read = client.get(f"/api/task_runs/{task['id']}").json

    assert (first["run_count"], read["run_count"]) == (1, 2)
    assert read["start_time"] == first["start_time"]
    assert read["total_run_time"] > first["total_run_time"] > 0
    assert read["state"]["state_details"]["child_flow_run_id"] == child["id"]
