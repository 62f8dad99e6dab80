"""The channel of a worker: what it may say, what it is told of its pool, and why it ends."""

import json
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from headwater.web.sockets.following import Follower
from headwater.work.sockets.channel import FOLLOWER, Channel, _begin
from tests.work.peers import Wire

TEMPLATE = {
    "job_configuration": {"command": "{{ command }}"},
    "variables": {"properties": {"command": {"type": "string"}}},
}
CAPABILITIES = ["worker_heartbeat.v1", "work_pool_snapshot.v1"]


class Worker:
    """A worker as 3.9's clients are one; *more* is said in the first frame."""

    def __init__(self, pool: str = "farm") -> None:
        self.wire = Wire()
        self.id = str(uuid4())
        self.channel = Channel(self.wire, pool)

    def send(self, kind: str, frame_id: str | None = None, **payload: Any) -> None:
        frame = {"type": kind, "id": frame_id or str(uuid4()), "sent_at": "2026-01-01T00:00:00Z"}
        self.channel.receive([json.dumps(frame | {"payload": payload})])

    def greet(self, **more: Any) -> "Worker":
        hello = {
            "consumer_id": self.id,
            "worker_name": "w1",
            "worker_type": "process",
            "heartbeat_interval_seconds": 30,
            "supported_channel_versions": ["work_pool_worker_channel.v1"],
            "requested_capabilities": [*CAPABILITIES, "cleanup_delivery.v1"],
            "work_queue_names": [],
            "handled_cleanup_kinds": ["cancelling_timeout_teardown.v1"],
            "max_cleanup_concurrency": 1,
            "create_pool_if_not_found": False,
            "default_base_job_template": {},
            "worker_metadata": None,
        }
        self.send("worker.hello.v1", **hello | more)
        return self

    def beat(self, **more: Any) -> None:
        beat = {"consumer_id": self.id, "worker_name": "w1", "heartbeat_interval_seconds": 30}
        self.send("worker.heartbeat.v1", **beat | more)

    @property
    def last(self) -> Any:
        return self.wire.said[-1]["payload"]


@pytest.fixture
def look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Look for news of pools when the test says so, in place of a thread that does."""
    followed: list[Channel] = []

    class Follows(Follower[Channel]):
        def add(self, subscription: Channel) -> None:
            followed.append(subscription)

    monkeypatch.setitem(app.extensions, FOLLOWER, Follows("none", _begin))

    def tell_each(tell: Any) -> None:
        for one in followed:
            if not one.is_over:
                tell(one)

    return lambda: _begin()(tell_each)


@pytest.fixture(autouse=True)
def _with_nobody_looking(look: Any) -> None:
    """No thread outlives its test."""


def test_a_worker_is_told_its_pool_and_is_seen(work):
    pool = work.add_pool(concurrency_limit=3)
    work.add_queue("fast")

    worker = Worker().greet()

    (ready,) = worker.wire.said
    assert ready["type"] == "worker.ready.v1"
    assert worker.last | {"resolved_work_queues": 0, "initial_snapshot": 0} == {
        "consumer_id": worker.id,
        "worker_id": None,
        "selected_channel_version": "work_pool_worker_channel.v1",
        "effective_heartbeat_interval_seconds": 30,
        "accepted_capabilities": CAPABILITIES,
        "rejected_capabilities": ["cleanup_delivery.v1"],
        "effective_max_cleanup_concurrency": 0,
        "resolved_work_queues": 0,
        "initial_snapshot": 0,
    }
    queues = {each["name"] for each in worker.last["resolved_work_queues"]}
    snapshot = worker.last["initial_snapshot"]
    assert queues == {"default", "fast"}
    assert (snapshot["snapshot_sequence"], snapshot["reason"]) == (1, "initial")
    assert snapshot["work_pool"] == work.get("work_pools/farm")
    assert (snapshot["work_pool"]["id"], snapshot["work_pool"]["status"]) == (pool["id"], "READY")
    (seen,) = work.post("work_pools/farm/workers/filter", {})
    assert (seen["name"], seen["heartbeat_interval_seconds"]) == ("w1", 30)


def test_it_works_on_the_queues_it_names(work):
    work.add_pool()
    for name in ("fast", "slow"):
        work.add_queue(name)

    worker = Worker().greet(work_queue_names=["slow", "default", "slow"])

    assert [each["name"] for each in worker.last["resolved_work_queues"]] == ["slow", "default"]


@pytest.mark.parametrize(
    "more", [{"work_queue_names": ["none"]}, {"create_pool_if_not_found": False}]
)
def test_what_is_not_there_is_refused_and_nothing_is_made(work, more):
    if "work_queue_names" in more:
        work.add_pool()

    worker = Worker().greet(default_base_job_template=TEMPLATE, **more)

    assert (worker.wire.said, worker.wire.ended) == ([], (1008, "authorization_failed"))
    assert [pool["base_job_template"] for pool in work.post("work_pools/filter", {})] in ([], [{}])


def test_a_pool_is_made_if_the_worker_wants_that(work):
    worker = Worker("new").greet(
        create_pool_if_not_found=True, default_base_job_template=TEMPLATE, worker_type="docker"
    )

    made = work.get("work_pools/new")
    assert (made["type"], made["base_job_template"]) == ("docker", TEMPLATE)
    assert worker.last["initial_snapshot"]["work_pool"] == made


@pytest.mark.parametrize(
    ("pool", "reason"),
    [("Prefect-own", (1008, "authorization_failed")), ("a%b", (1002, "protocol_error"))],
)
def test_no_pool_is_made_with_a_name_that_none_may_have(work, pool, reason):
    worker = Worker(pool).greet(create_pool_if_not_found=True)

    assert worker.wire.ended == reason
    assert work.post("work_pools/filter", {}) == []


def test_a_pool_without_a_template_is_given_the_workers(work):
    work.add_pool()

    worker = Worker().greet(default_base_job_template=TEMPLATE)
    Worker().greet(default_base_job_template={"job_configuration": {}, "variables": {}})

    assert worker.last["initial_snapshot"]["work_pool"]["base_job_template"] == TEMPLATE
    assert work.get("work_pools/farm")["base_job_template"] == TEMPLATE


def test_a_change_of_the_pool_is_told_once(work, look):
    work.add_pool()
    worker = Worker().greet()
    look()

    work.patch("work_pools/farm", {"is_paused": True, "concurrency_limit": 2}, 204)
    for _ in range(2):
        look()

    _, told = worker.wire.said
    assert told["type"] == "work_pool.snapshot.v1"
    assert (worker.last["snapshot_sequence"], worker.last["reason"]) == (2, "work_pool_updated")
    assert worker.last["work_pool"] == work.get("work_pools/farm")


def test_a_change_that_nobody_told_of_comes_with_the_next_sign_of_life(work):
    work.add_pool()
    worker = Worker().greet()
    work.patch("work_pools/farm", {"is_paused": True}, 204)

    for _ in range(2):
        worker.beat()

    assert len(worker.wire.said) == 2
    assert worker.last["reason"] == "heartbeat_reconciliation"
    assert worker.last["work_pool"]["is_paused"] is True


def test_a_sign_of_life_is_noted(work):
    work.add_pool()
    worker = Worker().greet()
    (before,) = work.post("work_pools/farm/workers/filter", {})

    worker.beat(heartbeat_interval_seconds=10)

    (after,) = work.post("work_pools/farm/workers/filter", {})
    assert after["last_heartbeat_time"] > before["last_heartbeat_time"]
    assert (after["heartbeat_interval_seconds"], len(worker.wire.said)) == (10, 1)


@pytest.mark.parametrize("learn", ["look", "beat"])
def test_the_channel_of_a_pool_that_is_gone_ends(work, look, learn):
    work.add_pool()
    worker = Worker().greet()
    work.delete("work_pools/farm", 204)
    work.add_pool()  # another one, which happens to have its name

    look() if learn == "look" else worker.beat()

    assert worker.wire.ended == (1008, "authorization_failed")
    assert work.post("work_pools/farm/workers/filter", {}) == []


@pytest.mark.parametrize(
    "wrong", [{"consumer_id": str(uuid4())}, {"worker_name": "w2"}, {"unknown": 1}]
)
def test_nobody_speaks_for_another(work, wrong):
    work.add_pool()
    worker = Worker().greet()

    worker.beat(**wrong)

    assert worker.wire.ended == (1002, "protocol_error")
    assert len(work.post("work_pools/farm/workers/filter", {})) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"requested_capabilities": ["worker_heartbeat.v1"]},
        {"heartbeat_interval_seconds": 0},
        {"heartbeat_interval_seconds": 2**63},
        {"worker_name": ""},
        {"worker_name": "a\0"},
        {"worker_name": "x" * 2000},
        {"worker_type": None},
        {"work_queue_names": ["\ud800"]},
        {"default_base_job_template": {"variables": {"properties": 1}}},
        {"unknown": 1},
    ],
)
def test_a_worker_that_breaks_the_rules_is_told_so(work, wrong):
    work.add_pool()

    worker = Worker().greet(**wrong)

    assert (worker.wire.said, worker.wire.ended) == ([], (1002, "protocol_error"))
    assert work.post("work_pools/farm/workers/filter", {}) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"type":"worker.ready.v1"}', "[" * 100_000])
def test_what_is_no_frame_ends_the_channel(work, text):
    worker = Worker()

    worker.channel.receive([text, text])

    assert worker.wire.ended == (1002, "protocol_error")


def test_a_worker_of_another_time_is_refused(work):
    work.add_pool()

    worker = Worker().greet(supported_channel_versions=["work_pool_worker_channel.v9"])

    assert worker.wire.ended == (1008, "unsupported_version")


def test_who_it_is_is_said_first_and_once(work):
    work.add_pool()
    early, twice = Worker(), Worker().greet()

    early.beat()
    twice.greet()

    assert early.wire.ended == twice.wire.ended == (1002, "protocol_error")


def test_what_was_never_given_cannot_be_given_back(work):
    work.add_pool()
    worker = Worker().greet()
    frame, message = str(uuid4()), str(uuid4())

    worker.send("cleanup.ack.v1", frame, message_id=message, reservation_token="a")  # noqa: S106  # of no secret

    assert worker.last == {
        "request_frame_id": frame,
        "message_id": message,
        "operation": "ack",
        "status": "unauthorized",
        "lease_expires_at": None,
        "reason": "cleanup_delivery_not_accepted",
        "detail": None,
    }
