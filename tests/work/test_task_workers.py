"""Task workers: given one task run at a time, each run to one of them, and none is lost."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from headwater.db.base import db
from headwater.runs.models import TaskClaim
from headwater.work.models import TaskWorker
from headwater.work.sockets.offering import OFFERING
from headwater.work.sockets.task_workers import TaskWorkerSocket
from tests.work.peers import Wire


class Unwatched:
    """Looks after nobody: the tests say when a worker is offered something."""

    def add(self, _app: Any, _worker: Any) -> None:
        return


class TaskWorkerClient:
    def __init__(self, *keys: str, name: str = "host-1") -> None:
        self.wire = Wire()
        self.socket = TaskWorkerSocket(self.wire)
        self.send(type="subscribe", keys=list(keys), client_id=name)

    def send(self, **frame: Any) -> None:
        self.socket.receive([json.dumps(frame)])

    @property
    def given(self) -> list[str]:
        return [run["name"] for run in self.wire.said]


@pytest.fixture
def add_task(work) -> Any:
    def add(name: str, key: str = "k", **state: Any) -> Any:
        details = {"deferred": True, "task_parameters_id": str(uuid4())}
        scheduled = {"type": "SCHEDULED", "state_details": details} | state
        body = {"name": name, "task_key": key, "dynamic_key": str(uuid4()), "state": scheduled}
        return work.post("task_runs/", body, 201)

    return add


@pytest.fixture
def enter(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(app.extensions, OFFERING, Unwatched())
    return TaskWorkerClient


def move(work, run: Any, kind: str, status: int = 201, **state: Any) -> str:
    details = {"deferred": True}
    body = {"state": {"type": kind, "state_details": details} | state}
    answer = work.post(f"task_runs/{run['id']}/set_state", body, status)
    result: str = answer["status"]
    return result


def test_a_worker_is_given_the_whole_task_run(work, add_task, enter):
    run = add_task("a")

    worker = enter("k")

    (given,) = worker.wire.said
    assert given["id"] == run["id"]
    assert given["state"]["state_details"] == run["state"]["state_details"]
    assert given.keys() == work.get(f"task_runs/{run['id']}").keys()


def test_a_worker_is_given_the_next_when_it_has_the_first(add_task, enter):
    for name in ("a", "b", "c"):
        add_task(name)
    worker = enter("k")
    assert worker.given == ["a"]
    worker.socket.offer()
    assert worker.given == ["a"]

    worker.send(type="ack")

    assert worker.given == ["a", "b"]


def test_each_task_run_goes_to_one_worker(add_task, enter):
    first, second = enter("k"), enter("k", name="host-2")
    for name in ("a", "b", "c", "d"):
        add_task(name)

    for worker in (first, second) * 2:
        worker.socket.offer()
        worker.send(type="ack")

    assert sorted(first.given + second.given) == ["a", "b", "c", "d"]


def test_a_worker_is_given_what_it_has_keys_for(add_task, enter):
    add_task("other", "x")
    add_task("mine", "k2")

    worker = enter("k1", "k2")
    worker.send(type="ack")

    assert worker.given == ["mine"]


def test_what_is_to_be_tried_again_comes_first(work, add_task, enter):
    add_task("fresh")
    again = add_task("again")
    for kind in ("PENDING", "RUNNING"):
        move(work, again, kind)
    move(work, again, "SCHEDULED", name="AwaitingRetry")

    assert enter("k").given == ["again"]


def test_only_what_is_deferred_and_scheduled_is_given(work, add_task, enter):
    add_task("plain", state_details={"deferred": False})
    begun = add_task("begun")
    move(work, begun, "PENDING")

    assert enter("k").given == []


def test_what_an_old_client_schedules_outside_of_flows_is_given(work, add_task, enter):
    old = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
    flow = work.post("flows/", {"name": "etl"}, 201)["id"]
    run = work.post("flow_runs/", {"flow_id": flow, "state": {"type": "RUNNING"}}, 201)["id"]
    for name, of in (("in-flow", run), ("background", None)):
        body = {"name": name, "task_key": "k", "dynamic_key": name, "flow_run_id": of}
        work.post("task_runs/", body | {"state": {"type": "SCHEDULED"}}, 201, headers=old)

    assert enter("k").given == ["background"]


def test_what_is_not_acknowledged_goes_to_another(add_task, enter):
    add_task("a")
    first, second = enter("k"), enter("k", name="host-2")
    assert (first.given, second.given) == (["a"], [])

    first.socket.leave()
    second.socket.offer()

    assert second.given == ["a"]


def test_an_answer_that_is_none_gives_the_run_back(add_task, enter):
    add_task("a")
    first = enter("k")

    first.socket.receive(["nonsense"])

    assert first.wire.ended == (4001, "Protocol violation: expected 'ack' message")
    assert enter("k").given == ["a"]


def test_a_worker_that_quits_keeps_what_it_was_given(add_task, enter):
    add_task("a")
    first = enter("k")

    first.send(type="quit")

    assert first.wire.ended == (1000, "")
    assert enter("k").given == []


def test_what_was_acknowledged_and_never_begun_goes_to_another(work, add_task, enter):
    run = add_task("a")
    first = enter("k")
    first.send(type="ack")
    second = enter("k", name="host-2")
    assert second.given == []

    past = datetime.now(UTC) - timedelta(seconds=1)
    with db.engine.begin() as connection:
        connection.execute(update(TaskClaim.__table__).values(expires=past))
    second.socket.offer()

    assert second.given == ["a"]
    assert move(work, run, "PENDING") == "ACCEPT"
    assert move(work, run, "PENDING", 200) == "ABORT"


@pytest.mark.parametrize(
    ("frame", "missing"),
    [
        ({"type": "hello"}, "expected 'subscribe' message"),
        ({}, "expected 'subscribe' message"),
        ({"type": "subscribe"}, "expected 'keys' in subscribe message"),
        ({"type": "subscribe", "keys": []}, "expected 'keys' in subscribe message"),
        ({"type": "subscribe", "keys": ["a\0"]}, "expected 'keys' in subscribe message"),
        ({"type": "subscribe", "keys": ["k"]}, "expected 'client_id' in subscribe message"),
        ([], "expected 'subscribe' message"),
    ],
)
def test_a_subscription_says_what_it_wants(app, frame, missing):
    wire = Wire()

    TaskWorkerSocket(wire).receive([json.dumps(frame)])

    assert wire.ended == (4001, f"Protocol violation: {missing}")


def test_who_is_there_is_listed_with_all_its_keys(work, enter):
    first = enter("k1", name="host-1")
    enter("k2", name="host-1")
    enter("k3", name="host-2")

    def names(wanted: Any) -> dict[str, list[str]]:
        found = work.post("task_workers/filter", {"task_worker_filter": wanted})
        return {each["identifier"]: each["task_keys"] for each in found}

    assert names(None) == {"host-1": ["k1", "k2"], "host-2": ["k3"]}
    assert names({"task_keys": ["k2", "x"]}) == {"host-1": ["k1", "k2"]}
    assert names({"task_keys": []}) == {}
    first.socket.leave()
    assert names(None)["host-1"] == ["k2"]


def test_who_was_not_seen_lately_is_not_there(work, enter):
    enter("k")
    past = datetime.now(UTC) - timedelta(seconds=31)
    with db.engine.begin() as connection:
        connection.execute(update(TaskWorker.__table__).values(seen=past))

    assert work.post("task_workers/filter", {}) == []
