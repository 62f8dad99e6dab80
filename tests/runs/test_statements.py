"""How many statements a request costs. All count but those of the transaction itself."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


def test_to_create_a_run_takes_three(client: FlaskClient, flow: Any, statements: list[str]) -> None:
    client.post("/api/flow_runs/", json={"flow_id": flow["id"], "tags": ["x"]})

    assert len(statements) <= 3, statements


def test_to_set_a_state_takes_four(make_run: Make, propose: Make, statements: list[str]) -> None:
    run = make_run()
    statements.clear()

    assert propose(run, "RUNNING")["status"] == "ACCEPT"

    assert len(statements) <= 4, statements


def test_a_subflow_takes_two_more(
    make_run: Make, make_task_run: Make, propose: Make, statements: list[str]
) -> None:
    task = make_task_run(flow_run_id=make_run()["id"])
    run = make_run(parent_task_run_id=task["id"])
    statements.clear()

    assert propose(run, "RUNNING")["status"] == "ACCEPT"

    assert len(statements) <= 6, statements


def test_a_batch_of_logs_takes_one(client: FlaskClient, statements: list[str]) -> None:
    line = {"name": "x", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}

    client.post("/api/logs/", json=[line | {"flow_run_id": str(uuid4())}] * 200)

    assert len(statements) == 1, statements


def test_to_read_a_run_takes_one(make_run: Make, read_run: Make, statements: list[str]) -> None:
    run = make_run()
    statements.clear()

    read_run(run)

    assert len(statements) == 1, statements


@pytest.mark.parametrize("kind", ["flows", "flow_runs", "task_runs", "logs"])
def test_a_list_takes_the_same_whatever_its_length(
    client: FlaskClient, make_run: Make, make_task_run: Make, statements: list[str], kind: str
) -> None:
    for number in range(5):
        make_task_run(flow_run_id=make_run()["id"], dynamic_key=str(number))
    statements.clear()

    client.post(f"/api/{kind}/filter", json={})

    assert len(statements) <= 3, statements
