"""Workers over the wire: heard, listed, forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from headwater.db.base import db
from headwater.work.models import Worker
from headwater.work.rules.statuses import worker_status

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def age(seconds: int) -> None:
    """Let the last heartbeats be older."""
    column = Worker.__table__.c.last_heartbeat_time
    with db.engine.begin() as connection:
        before = datetime.now(UTC) - timedelta(seconds=seconds)
        connection.execute(update(Worker.__table__).values({column: before}))


def test_a_heartbeat_makes_a_worker_and_its_pool_ready(work):
    pool = work.add_pool()

    work.beat(return_id=False, metadata={"x": 1})

    (worker,) = work.post("work_pools/farm/workers/filter", {})
    assert worker["work_pool_id"] == pool["id"]
    assert (worker["name"], worker["status"]) == ("w1", "ONLINE")
    assert worker["heartbeat_interval_seconds"] == 30
    assert work.get("work_pools/farm")["status"] == "READY"
    work.post("work_pools/nope/workers/heartbeat", {"name": "w"}, 404)


def test_a_worker_stays_one_and_keeps_its_interval(work):
    work.add_pool()
    work.beat(heartbeat_interval_seconds=5.0)
    (first,) = work.post("work_pools/farm/workers/filter", {})

    work.post("work_pools/farm/workers/heartbeat", {"name": "w1"}, 204)

    (again,) = work.post("work_pools/farm/workers/filter", {})
    assert (again["id"], again["created"]) == (first["id"], first["created"])
    assert again["heartbeat_interval_seconds"] == 5
    assert again["last_heartbeat_time"] > first["last_heartbeat_time"]


def test_a_worker_that_was_silent_for_three_heartbeats_is_offline(work):
    work.add_pool()
    work.beat()
    age(91)

    (worker,) = work.post("work_pools/farm/workers/filter", {})

    assert worker["status"] == "OFFLINE"


@pytest.mark.parametrize(
    ("interval", "seconds", "status"),
    [
        (30, 89, "ONLINE"),
        (30, 90, "OFFLINE"),
        (None, 89, "ONLINE"),
        (None, 90, "OFFLINE"),
        (5, 14, "ONLINE"),
        (5, 15, "OFFLINE"),
        (0, 89, "ONLINE"),
    ],
)
def test_how_long_a_worker_may_be_silent(interval, seconds, status):
    assert worker_status(NOW - timedelta(seconds=seconds), interval, NOW) == status


def test_workers_are_listed_by_when_they_were_heard(work):
    work.add_pool()
    for name in ("w1", "w2", "w3"):
        work.beat(name=name)
    work.beat(name="w1")

    def names(**wanted: object) -> list[str]:
        found = work.post("work_pools/farm/workers/filter", {"workers": wanted, "limit": None})
        return [each["name"] for each in found]

    assert names() == ["w1", "w3", "w2"]
    assert names(status={"any_": ["ONLINE"]}) == ["w1", "w3", "w2"]
    assert names(status={"not_any_": ["ONLINE"]}) == []
    assert names(last_heartbeat_time={"before_": "2020-01-01T00:00:00Z"}) == []
    body = {"workers": {"status": {"any_": ["NAPPING"]}}}
    work.post("work_pools/farm/workers/filter", body, 422)


def test_a_worker_is_forgotten(work):
    work.add_pool()
    work.beat()

    work.delete("work_pools/farm/workers/w1")

    assert work.post("work_pools/farm/workers/filter", {}) == []
    missing = {"detail": "Worker not found."}
    assert work.delete("work_pools/farm/workers/w1", 404) == missing


@pytest.mark.parametrize(
    "body", [{}, {"name": None}, {"name": "a\0"}, {"name": "w", "heartbeat_interval_seconds": -1}]
)
def test_a_heartbeat_that_is_none_is_refused(work, body):
    work.add_pool()

    work.post("work_pools/farm/workers/heartbeat", body, 422)

    assert work.post("work_pools/farm/workers/filter", {}) == []
