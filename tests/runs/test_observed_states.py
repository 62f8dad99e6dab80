"""Single states, and the kinds of states that runs have been in."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


@pytest.mark.parametrize("kind", ["flow_run", "task_run"])
def test_a_state_is_read_by_its_id(
    client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make, kind: str
) -> None:
    run = make_run() if kind == "flow_run" else make_task_run(state={"type": "PENDING"})
    before = client.get(f"/api/{kind}s/{run['id']}").json["state"]
    propose(run, "RUNNING", kind=f"{kind}s")

    read = client.get(f"/api/{kind}_states/{before['id']}").json

    assert read == before


@pytest.mark.parametrize("kind", ["flow_run", "task_run"])
def test_a_state_that_is_not_there_is_not_found(client: FlaskClient, kind: str) -> None:
    response = client.get(f"/api/{kind}_states/{uuid4()}")

    text = f"{kind.replace('_', ' ').capitalize()} state not found"
    assert (response.status_code, response.json) == (404, {"detail": text})


@pytest.fixture
def observed(client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make) -> None:
    """Flow runs were Late, Pending, Running and Completed, a task run Pending and Cached."""
    make_run(state={"type": "SCHEDULED", "name": "Late"})
    run = make_run()
    propose(run, "RUNNING")
    task = make_task_run(flow_run_id=run["id"], state={"type": "PENDING"})
    propose(task, "COMPLETED", kind="task_runs", state={"name": "Cached"}, force=True)
    propose(run, "COMPLETED")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "Completed Cached Pending Running Late"),
        ({"order_by": "NAME_ASC"}, "Cached Completed Pending Running Late"),
        ({"query": " comp "}, "Completed Cached"),
        ({"query": "LA"}, "Late"),
        ({"query": "%"}, ""),
        ({"query": "", "limit": 1}, "Completed"),
    ],
)
@pytest.mark.usefixtures("observed")
def test_kinds_of_states_are_found_by_how_they_begin(
    client: FlaskClient, query: dict[str, str], found: str
) -> None:
    rows = client.get("/api/observed-states", query_string=query).json

    assert [row["state_name"] for row in rows] == found.split()


@pytest.mark.usefixtures("observed")
def test_a_kind_of_both_sorts_of_runs_is_one(client: FlaskClient) -> None:
    (row,) = client.get("/api/observed-states", query_string={"query": "pend"}).json

    assert (row["state_type"], row["state_name"]) == ("PENDING", "Pending")
    assert row["first_seen"] < row["last_seen"]


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 201}, {"order_by": "X"}, {"query": "x" * 101}]
)
def test_what_is_asked_for_has_its_limits(client: FlaskClient, query: dict[str, str]) -> None:
    assert client.get("/api/observed-states", query_string=query).status_code == 422
