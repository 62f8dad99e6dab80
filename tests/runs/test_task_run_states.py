"""What the rules of task runs need of the database: cached states, and limits of tags."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater.concurrency.models import ConcurrencyLease
from headwater.db.session import reading

Make = Callable[..., Any]


@pytest.fixture
def running(make_run: Make, propose: Make) -> Any:
    run = make_run()
    propose(run, "RUNNING")
    return run


@pytest.fixture
def start(running: Any, make_task_run: Make, propose: Make) -> Make:
    """Make a task run of the running flow and propose Running; return both."""

    def make(number: int, *, details: Any = None, **body: Any) -> Any:
        task = make_task_run(flow_run_id=running["id"], dynamic_key=str(number), **body)
        state = {"state_details": details or {}}
        return task, propose(task, "RUNNING", kind="task_runs", state=state)

    return make


def complete(propose: Make, task: Any, **details: Any) -> Any:
    state = {"data": {"storage_key": task["id"]}, "state_details": details}
    return propose(task, "COMPLETED", kind="task_runs", state=state)


def test_a_task_takes_over_what_was_computed_under_its_key(start: Make, propose: Make) -> None:
    key = {"cache_key": "inputs-1"}
    first, begun = start(1, details=key)
    complete(propose, first, **key)

    second, taken = start(2, details=key)

    assert begun["status"] == "ACCEPT"
    assert (taken["status"], taken["details"]["reason"]) == (
        "REJECT",
        "Retrieved state from cache",
    )
    assert (taken["state"]["type"], taken["state"]["name"]) == ("COMPLETED", "Cached")
    assert taken["state"]["data"] == {"storage_key": first["id"]}
    assert taken["state"]["state_details"]["task_run_id"] == second["id"]


def test_another_key_or_a_wish_to_refresh_runs(start: Make, propose: Make) -> None:
    first, _ = start(1, details={"cache_key": "a"})
    complete(propose, first, cache_key="a")

    assert start(2, details={"cache_key": "b"})[1]["status"] == "ACCEPT"
    assert start(3, details={"cache_key": "a", "refresh_cache": True})[1]["status"] == "ACCEPT"


@pytest.mark.parametrize(("minutes", "status"), [(-1, "ACCEPT"), (1, "REJECT")])
def test_what_was_computed_is_taken_over_until_it_expires(
    start: Make, propose: Make, minutes: int, status: str
) -> None:
    expires = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    first, _ = start(1, details={"cache_key": "a"})
    complete(propose, first, cache_key="a", cache_expiration=expires)

    assert start(2, details={"cache_key": "a"})[1]["status"] == status


def test_a_key_that_is_too_long_is_left_out_and_the_task_completes(
    start: Make, propose: Make
) -> None:
    task, _ = start(1)

    answer = complete(propose, task, cache_key="x" * 2001)

    assert (answer["status"], answer["state"]["type"]) == ("REJECT", "COMPLETED")
    assert "2000 characters" in answer["details"]["reason"]


@pytest.fixture
def limit(client: FlaskClient) -> Make:
    def make(tag: str, most: int) -> None:
        body = {"tag": tag, "concurrency_limit": most}
        assert client.post("/api/concurrency_limits/", json=body).status_code == 201

    return make


@pytest.fixture
def taken(client: FlaskClient) -> Callable[[str], int]:
    def count(tag: str) -> int:
        limit: Any = client.get(f"/api/concurrency_limits/tag/{tag}").json
        known: Any = client.get(f"/api/v2/concurrency_limits/{limit['id']}").json
        assert len(limit["active_slots"]) == known["active_slots"]
        return len(limit["active_slots"])

    return count


def leases() -> int:
    with reading() as session:
        return len(session.execute(select(ConcurrencyLease.__table__)).all())


def test_no_more_tasks_with_a_tag_run_than_its_limit(
    start: Make, propose: Make, limit: Make, taken: Make
) -> None:
    limit("db", 1)
    first, begun = start(1, tags=["db", "other"])

    second, waits = start(2, tags=["db"])

    assert begun["status"] == "ACCEPT"
    assert waits["status"] == "WAIT"
    assert waits["details"]["delay_seconds"] == 2
    assert waits["details"]["reason"] == "Concurrency limit for the db tag has been reached"
    assert (taken("db"), leases()) == (1, 1)

    complete(propose, first)
    assert (taken("db"), leases()) == (0, 0)
    assert propose(second, "RUNNING", kind="task_runs")["status"] == "ACCEPT"


def test_a_task_takes_a_slot_of_each_tag_or_of_none(start: Make, limit: Make, taken: Make) -> None:
    limit("a", 1)
    limit("b", 1)
    start(1, tags=["b"])

    assert start(2, tags=["a", "b"])[1]["status"] == "WAIT"
    assert taken("a") == 0


def test_a_limit_of_none_ends_the_task(start: Make, limit: Make) -> None:
    limit("db", 0)

    answer = start(1, tags=["db"])[1]

    assert answer["status"] == "ABORT"
    assert 'limit on tag "db" is 0' in answer["details"]["reason"]


@pytest.mark.parametrize("end", ["FAILED", "CRASHED", "CANCELLED", "PENDING"])
def test_who_ceases_to_run_gives_the_slot_back(
    start: Make, propose: Make, limit: Make, taken: Make, end: str
) -> None:
    limit("db", 1)
    task, _ = start(1, tags=["db"])

    propose(task, end, kind="task_runs", force=True)

    assert taken("db") == 0


def test_who_says_twice_that_it_runs_holds_one_slot(
    start: Make, propose: Make, limit: Make, taken: Make
) -> None:
    limit("db", 2)
    task, _ = start(1, tags=["db"])

    propose(task, "RUNNING", kind="task_runs")

    assert (taken("db"), leases()) == (1, 1)


@pytest.mark.parametrize(
    ("agent", "status"), [("prefect/2.20.27 (API 0.8.4)", "WAIT"), ("", "ACCEPT")]
)
def test_tasks_in_the_background_wait_for_slots_where_their_client_leaves_that_to_the_server(
    client: FlaskClient, make_task_run: Make, start: Make, limit: Make, agent: str, status: str
) -> None:
    limit("db", 1)
    start(1, tags=["db"])
    task = make_task_run(flow_run_id=None, tags=["db"], dynamic_key="2")
    state = {"type": "RUNNING", "state_details": {"deferred": True}}

    path = f"/api/task_runs/{task['id']}/set_state"
    answer: Any = client.post(path, json={"state": state}, headers={"User-Agent": agent}).json

    assert answer["status"] == status
