"""Who has gone silent is found by a loop, and told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headwater.work.loop.silence import tick


def after(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


@pytest.fixture
def status(work) -> Any:
    def look() -> tuple[str, str, list[str]]:
        """Return the statuses of the pool, of its queue, and of its workers as they are kept."""
        wanted = {"workers": {"status": {"any_": ["ONLINE"]}}}
        online = work.post("work_pools/farm/workers/filter", wanted)
        queue = work.get("work_pools/farm/queues/default")
        return work.get("work_pools/farm")["status"], queue["status"], [w["name"] for w in online]

    return look


def test_what_was_heard_lately_stays(work, status, events):
    work.add_pool()
    work.beat()
    work.post("work_pools/farm/get_scheduled_flow_runs", {})
    before = len(events())

    wanted = tick(now := after(55))

    assert status() == ("READY", "READY", ["w1"])
    assert len(events()) == before
    assert wanted == now + timedelta(seconds=15)


def test_a_queue_that_nobody_asks_for_a_minute_is_not_ready(work, status, events):
    work.add_pool()
    work.beat()
    work.post("work_pools/farm/get_scheduled_flow_runs", {})
    before = len(events())

    tick(after(61))
    tick(after(62))

    assert status() == ("READY", "NOT_READY", ["w1"])
    (told,) = events()[before:]
    assert told.event == "prefect.work-queue.not-ready"


def test_a_pool_is_not_ready_without_a_worker(work, status, events):
    work.add_pool()
    work.beat(name="w1", heartbeat_interval_seconds=5)
    work.beat(name="w2", heartbeat_interval_seconds=10)
    before = len(events())

    tick(after(16))
    assert status() == ("READY", "NOT_READY", ["w2"])
    tick(after(31))
    assert status() == ("NOT_READY", "NOT_READY", [])

    (told,) = events()[before:]
    assert told.event == "prefect.work-pool.not-ready"
    ready = [e.id for e in events() if e.event == "prefect.work-pool.ready"]
    assert [told.follows] == ready
    work.beat(name="w1")
    assert status()[0] == "READY"


def test_a_paused_pool_stays_paused(work, status):
    work.add_pool()
    work.beat()
    work.patch("work_pools/farm", {"is_paused": True})

    tick(after(1000))

    assert status() == ("PAUSED", "NOT_READY", [])


def test_a_pool_of_agents_has_no_status(work):
    work.post("work_queues/", {"name": "plain"}, 201)

    tick(after(1000))

    assert work.get("work_pools/default-agent-pool")["status"] is None


def test_a_worker_removed_by_hand_leaves_its_pool(work, status):
    work.add_pool()
    work.beat()
    work.delete("work_pools/farm/workers/w1")

    tick(after(1))

    assert status()[0] == "NOT_READY"
