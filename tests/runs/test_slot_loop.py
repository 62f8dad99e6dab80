"""The loop over slots: what is over comes back, and who waits is called."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.concurrency.service import limits
from headwater.db.session import write
from headwater.deployments.models import Deployment
from headwater.runs.loop import slots

Make = Callable[..., Any]
SECOND = timedelta(seconds=1)


@pytest.fixture
def deploy(client: FlaskClient, flow: Any) -> Make:
    """Make a deployment with a limit; return its id."""

    def make(limit: int, name: str = "nightly") -> UUID:
        now, made = clock.now(), uuid4()
        row = {"id": made, "workspace_id": DEFAULT_WORKSPACE, "flow_id": UUID(flow["id"])}
        row |= {"name": name, "paused": False, "status": "READY", "tags": [], "labels": {}}
        row |= {"parameters": {}, "enforce_parameter_schema": False, "job_variables": {}}

        def unit(session: Any) -> None:
            row["concurrency_limit_id"] = limits.set_for_deployment(
                session, DEFAULT_WORKSPACE, made, limit, now=now
            )
            session.execute(insert(Deployment), [row])

        write(unit)
        return made

    return make


@pytest.fixture
def take(make_run: Make, propose: Make) -> Make:
    """Make a run of a deployment that a worker takes; return it and the name of its state."""

    def make(deployment: UUID) -> Any:
        run = make_run(deployment_id=str(deployment), state={"type": "SCHEDULED"})
        return run, propose(run, "PENDING")["state"]["name"]

    return make


def due(run: Any) -> datetime:
    return datetime.fromisoformat(run["next_scheduled_start_time"])


def test_a_run_that_waits_for_a_slot_is_called_when_there_is_one(
    deploy: Make, take: Make, propose: Make, read_run: Make
) -> None:
    deployment = deploy(1)
    first, _ = take(deployment)
    (second, waits), (third, _) = take(deployment), take(deployment)
    now = clock.now()
    slots.tick(now)
    assert waits == "AwaitingConcurrencySlot"
    assert due(read_run(second)) > now + 20 * SECOND

    propose(first, "COMPLETED")
    slots.tick(now + SECOND)
    slots.tick(now + 2 * SECOND)

    assert due(read_run(second)) == now + SECOND
    assert read_run(second)["state_name"] == "AwaitingConcurrencySlot"
    assert due(read_run(third)) > now + 20 * SECOND  # one slot calls one run


def test_the_slots_of_dead_runs_come_back_and_those_who_wait_are_called(
    deploy: Make, take: Make, read_run: Make
) -> None:
    deployment = deploy(1)
    take(deployment)
    waiting, _ = take(deployment)
    now = clock.now()

    ends = slots.tick(now)
    assert ends is not None
    assert timedelta(seconds=290) < ends - now <= timedelta(seconds=300)
    after = slots.tick(ends)

    assert after is None
    assert due(read_run(waiting)) <= ends


def test_a_limit_that_is_raised_calls_who_waits(
    client: FlaskClient, deploy: Make, take: Make, read_run: Make
) -> None:
    deployment = deploy(1)
    take(deployment)
    waiting, _ = take(deployment)
    now = clock.now() + SECOND

    client.patch(f"/api/v2/concurrency_limits/deployment:{deployment}", json={"limit": 2})
    slots.tick(now)

    assert due(read_run(waiting)) == now


def test_a_limit_that_is_deleted_calls_who_waits(
    client: FlaskClient, deploy: Make, take: Make, read_run: Make
) -> None:
    deployment = deploy(1)
    take(deployment)
    waiting = [take(deployment)[0] for _ in range(2)]
    now = clock.now() + SECOND

    client.delete(f"/api/v2/concurrency_limits/deployment:{deployment}")
    slots.tick(now)

    assert [due(read_run(run)) for run in waiting] == [now, now]


def test_those_that_are_due_have_the_first_claim(
    deploy: Make, take: Make, propose: Make, read_run: Make
) -> None:
    deployment = deploy(2)
    first, _ = take(deployment)
    second, _ = take(deployment)
    third, _ = take(deployment)
    fourth, _ = take(deployment)
    propose(first, "COMPLETED")
    now = clock.now() + SECOND
    slots.tick(now)
    propose(second, "COMPLETED")
    slots.tick(now + SECOND)

    assert (due(read_run(third)), due(read_run(fourth))) == (now, now + SECOND)


def test_a_task_run_that_died_with_its_flow_run_gives_its_slot_back(
    client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make
) -> None:
    client.post("/api/concurrency_limits/", json={"tag": "db", "concurrency_limit": 1})
    run = make_run()
    propose(run, "RUNNING")
    task = make_task_run(flow_run_id=run["id"], tags=["db"])
    propose(task, "RUNNING", kind="task_runs")
    slots.tick(clock.now())
    path = "/api/concurrency_limits/tag/db"
    held: Any = client.get(path).json
    assert held["active_slots"] == [task["id"]]

    propose(run, "CRASHED")
    slots.tick(clock.now())

    freed: Any = client.get(path).json
    assert freed["active_slots"] == []


def test_without_limits_the_loop_sleeps_until_it_is_woken(client: FlaskClient) -> None:
    assert slots.tick(clock.now()) is None
