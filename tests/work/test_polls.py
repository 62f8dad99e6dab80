"""What pools and queues hand out, to whom, and in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from headwater.db.base import db
from headwater.work.models import WorkQueue

NOW = datetime.now(UTC)


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def add_run(work) -> Any:
    flow = work.post("flows/", {"name": "etl"}, 201)["id"]

    def add(name: str, seconds: float, queue: str | None = "default", **body: Any) -> Any:
        """Add a run that was due so many seconds ago; in the queue of the pool `farm`."""
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": ago(seconds)}}
        place = {} if queue is None else {"work_pool_name": "farm", "work_queue_name": queue}
        new = {"flow_id": flow, "name": name, "state": state} | place | body
        return work.post("flow_runs/", new, 201)

    return add


@pytest.fixture
def poll(work) -> Any:
    def ask(pool: str = "farm", **body: Any) -> list[str]:
        found = work.post(f"work_pools/{pool}/get_scheduled_flow_runs", body)
        return [each["flow_run"]["name"] for each in found]

    return ask


@pytest.fixture
def propose(work) -> Any:
    def post(run: Any, kind: str, status: int = 201, **state: Any) -> Any:
        body = {"state": {"type": kind} | state}
        return work.post(f"flow_runs/{run['id']}/set_state", body, status)["status"]

    return post


def test_a_pool_gives_what_is_due_the_earliest_first(work, add_run, poll):
    pool = work.add_pool()
    for name, seconds in (("b", 20), ("c", 10), ("a", 30), ("later", -3600)):
        add_run(name, seconds)

    assert poll(scheduled_before=ago(0)) == ["a", "b", "c"]
    assert poll(scheduled_before=ago(0), limit=2) == ["a", "b"]
    assert poll(scheduled_before=ago(0), limit=0) == []
    assert poll() == poll(limit=None, work_queue_names=None) == ["a", "b", "c", "later"]
    assert poll(scheduled_before=ago(20), scheduled_after=ago(20)) == ["b"]
    assert poll(scheduled_before=ago(0).replace("T", " ")) == ["a", "b", "c"]
    body = {"scheduled_before": ago(0), "limit": 1}
    (first,) = work.post("work_pools/farm/get_scheduled_flow_runs", body)
    assert first["work_pool_id"] == pool["id"]
    assert first["work_queue_id"] == pool["default_queue_id"] == first["flow_run"]["work_queue_id"]
    assert "work_pool_name" not in first["flow_run"]
    assert first["flow_run"]["state"]["type"] == "SCHEDULED"


def test_the_queue_of_the_first_priority_comes_first(work, add_run, poll):
    work.add_pool()
    work.add_queue("high", priority=1)
    add_run("low-early", 60)
    add_run("high-late", 10, "high")
    add_run("high-early", 20, "high")

    assert poll() == ["high-early", "high-late", "low-early"]
    assert poll(limit=2) == ["high-early", "high-late"]
    assert poll(work_queue_names=["default"]) == ["low-early"]
    assert poll(work_queue_names=["default", "high", "high"]) == poll(work_queue_names=[])


def test_an_unknown_pool_or_queue_is_not_found(work, poll):
    work.add_pool()

    path = "work_pools/farm/get_scheduled_flow_runs"
    answer = work.post(path, {"work_queue_names": ["default", "nope"]}, 404)
    assert answer == {"detail": "Work pool queue 'farm/nope' not found."}
    work.post("work_pools/nope/get_scheduled_flow_runs", {}, 404)
    work.post(path, {"limit": 201}, 422)
    work.post(path, {"limit": -1}, 422)
    assert poll() == []


def test_a_paused_pool_or_queue_gives_nothing(work, add_run, poll):
    work.add_pool()
    work.add_queue("fast")
    add_run("a", 10)
    add_run("b", 10, "fast")

    work.patch("work_pools/farm/queues/fast", {"is_paused": True})
    assert poll() == ["a"]
    assert poll(work_queue_names=["fast"]) == []
    work.patch("work_pools/farm", {"is_paused": True})
    assert poll() == []


def test_only_runs_that_wait_are_given(work, add_run, poll, propose):
    work.add_pool()
    add_run("other", 10, None)
    runs = {name: add_run(name, 10) for name in ("pending", "done", "retried", "late", "waits")}
    propose(runs["pending"], "PENDING")
    propose(runs["done"], "PENDING")
    propose(runs["done"], "COMPLETED")
    propose(runs["late"], "SCHEDULED", name="Late")
    policy = {"retries": 3, "retry_delay": 0}
    work.patch(f"flow_runs/{runs['retried']['id']}", {"empirical_policy": policy})
    for kind in ("PENDING", "RUNNING", "FAILED"):
        propose(runs["retried"], kind)

    retried = work.get(f"flow_runs/{runs['retried']['id']}")
    assert (retried["state_name"], retried["empirical_policy"]["retry_type"]) == (
        "AwaitingRetry",
        "in_process",
    )
    assert sorted(poll()) == ["late", "waits"]


def test_of_all_proposals_for_a_run_one_is_accepted(work, add_run, poll, propose):
    work.add_pool()
    run = add_run("a", 10)
    assert poll() == poll() == ["a"]

    assert propose(run, "PENDING") == "ACCEPT"
    assert propose(run, "PENDING", 200) == "ABORT"
    assert poll() == []


@pytest.mark.parametrize("final", ["COMPLETED", "FAILED", "CRASHED"])
def test_a_worker_that_is_late_does_not_begin_what_is_over(work, add_run, poll, propose, final):
    work.add_pool()
    run = add_run("a", 10)
    for kind in ("PENDING", "RUNNING", final):
        propose(run, kind)

    assert propose(run, "PENDING", 200) == "ABORT"
    plain = add_run("b", 10, None)
    propose(plain, final)
    assert propose(plain, "PENDING") == "ACCEPT"


def test_a_limit_of_a_queue_leaves_room_for_what_holds_none(work, add_run, poll, propose):
    work.add_pool()
    work.add_queue("fast", concurrency_limit=2)
    runs = [add_run(str(number), 100 - number, "fast") for number in range(4)]
    add_run("free", 10)

    def names() -> list[str]:
        return poll(work_queue_names=["fast"])

    assert names() == ["0", "1"]
    assert sorted(poll()) == ["0", "1", "free"]
    propose(runs[0], "PENDING")
    assert names() == ["1"]
    propose(runs[1], "PENDING")
    propose(runs[1], "RUNNING")
    assert names() == []
    assert work.get("work_pools/farm/queues/fast")["active_slots"] == 2
    propose(runs[1], "CANCELLING")
    assert names() == ["2"]
    work.patch("work_pools/farm/queues/fast", {"concurrency_limit": 0})
    assert names() == []


def test_a_limit_of_a_pool_goes_by_priority(work, add_run, poll, propose):
    work.add_pool(concurrency_limit=2)
    work.add_queue("high", priority=1)
    first = add_run("low", 60)
    add_run("h1", 20, "high")
    add_run("h2", 10, "high")

    assert poll() == ["h1", "h2"]
    propose(first, "PENDING")
    assert poll() == ["h1"]
    assert work.get("work_pools/farm")["active_slots"] == 1
    work.patch("work_pools/farm", {"concurrency_limit": 0})
    assert poll() == []


def test_a_poll_makes_its_queues_ready(work, poll, events):
    work.add_pool()
    work.add_queue("fast")
    before = len(events())

    poll(work_queue_names=["fast"])
    poll(work_queue_names=["fast"])

    fast = work.get("work_pools/farm/queues/fast")
    assert fast["status"] == "READY"
    assert fast["last_polled"] is not None
    assert work.get("work_pools/farm/queues/default")["last_polled"] is None
    (told,) = events()[before:]
    assert told.event == "prefect.work-queue.ready"
    poll()
    assert work.get("work_pools/farm/queues/default")["status"] == "READY"


def test_a_queue_stays_paused_when_it_is_polled(work, poll):
    work.add_pool()
    work.patch("work_pools/farm/queues/default", {"is_paused": True})

    poll()

    queue = work.get("work_pools/farm/queues/default")
    assert (queue["status"], queue["last_polled"] is None) == ("PAUSED", False)


def test_a_poll_soon_after_another_writes_nothing(work, poll):
    work.add_pool()
    poll()
    first = work.get("work_pools/farm/queues/default")["last_polled"]
    poll()
    assert work.get("work_pools/farm/queues/default")["last_polled"] == first

    column = WorkQueue.__table__.c.last_polled
    with db.engine.begin() as connection:
        connection.execute(update(WorkQueue.__table__).values({column: NOW - timedelta(seconds=2)}))
    poll()

    assert work.get("work_pools/farm/queues/default")["last_polled"] >= first


def test_an_agent_is_given_the_runs_of_its_queue(work, add_run, propose):
    work.add_pool()
    queue = work.post("work_queues/", {"name": "plain"}, 201)
    path = f"work_queues/{queue['id']}/get_runs"
    add_run("by-name", 30, None, work_queue_name="plain")
    place = {"work_pool_name": "default-agent-pool", "work_queue_name": "plain"}
    run = add_run("by-queue", 20, None, **place)
    add_run("elsewhere", 20, "default")
    add_run("later", -60, None, work_queue_name="plain")

    def names(**body: Any) -> list[str]:
        found = work.post(path, {"limit": 10, "scheduled_before": ago(0)} | body)
        return [each["name"] for each in found]

    assert names() == ["by-name", "by-queue"]
    assert names(limit=1, agent_id=queue["id"]) == ["by-name"]
    work.patch(f"work_queues/{queue['id']}", {"concurrency_limit": 2})
    propose(run, "PENDING")
    propose(run, "RUNNING")
    propose(run, "CANCELLING")
    assert names() == ["by-name"]
    assert work.get(f"work_queues/{queue['id']}")["active_slots"] == 1
    work.patch(f"work_queues/{queue['id']}", {"concurrency_limit": 1})
    assert names() == []
    work.patch(f"work_queues/{queue['id']}", {"concurrency_limit": None, "is_paused": True})
    assert names() == []
    work.post("work_queues/00000000-0000-0000-0000-000000000001/get_runs", {}, 404)


def test_a_queue_of_old_chooses_by_tags(work, add_run):
    queue = work.post("work_queues/", {"name": "old", "filter": {"tags": ["a", "b"]}}, 201)
    add_run("both", 10, None, tags=["a", "b", "c"])
    add_run("one", 10, None, tags=["a"])

    found = work.post(f"work_queues/{queue['id']}/get_runs", {})

    assert [each["name"] for each in found] == ["both"]


def test_a_page_that_looks_is_no_poll(work):
    queue = work.post("work_queues/", {"name": "plain"}, 201)
    path = f"work_queues/{queue['id']}"

    work.post(f"{path}/get_runs", {}, headers={"x-prefect-ui": "true"})
    assert work.get(path)["last_polled"] is None
    work.post(f"{path}/get_runs", {})
    assert work.get(path)["status"] == "READY"


def test_a_queue_is_healthy_while_it_is_polled_and_nothing_is_late(work, add_run, propose):
    queue = work.post("work_queues/", {"name": "plain"}, 201)
    path = f"work_queues/{queue['id']}"
    policy = {"maximum_late_runs": 0, "maximum_seconds_since_last_polled": 60}

    silent = work.get(f"{path}/status")
    assert silent == {
        "healthy": False,
        "late_runs_count": 0,
        "last_polled": None,
        "health_check_policy": policy,
    }
    work.post(f"{path}/get_runs", {})
    assert work.get(f"{path}/status")["healthy"] is True
    run = add_run("a", 100, None, work_queue_name="plain")
    propose(run, "SCHEDULED", name="Late")
    late = work.get(f"{path}/status")
    assert (late["healthy"], late["late_runs_count"]) == (False, 1)
    work.get("work_queues/00000000-0000-0000-0000-000000000001/status", 404)


def test_who_holds_slots_is_shown_by_queue(work, add_run, propose):
    work.add_pool(concurrency_limit=5)
    queue = work.add_queue("fast", concurrency_limit=3)
    runs = [add_run(str(number), 10, "fast") for number in range(3)]
    for run in runs:
        propose(run, "PENDING")
    propose(runs[0], "RUNNING")
    add_run("waits", 10)

    shown = work.post("work_pools/farm/concurrency_status", {"page": 1, "flow_run_limit": 2})

    assert {k: v for k, v in shown.items() if k != "queues"} == {
        "active_slots": 3,
        "concurrency_limit": 5,
        "count": 2,
        "limit": 200,
        "pages": 1,
        "page": 1,
    }
    default, fast = shown["queues"]
    assert (default["queue_name"], default["active_slots"], default["flow_runs"]) == (
        "default",
        0,
        [],
    )
    assert (fast["active_slots"], fast["flow_run_count"], fast["concurrency_limit"]) == (3, 3, 3)
    assert [run["name"] for run in fast["flow_runs"]] == ["1", "2"]
    assert fast["flow_runs"][0]["time_in_current_state"] >= 0
    path = f"work_queues/{queue['id']}/concurrency_status"
    page = work.post(path, {"page": 2, "limit": 2})
    assert [run["name"] for run in page["flow_runs"]] == ["0"]
    assert (page["count"], page["pages"], page["active_slots"]) == (3, 2, 3)
    work.post("work_pools/farm/concurrency_status", {"flow_run_limit": 201}, 422)
    work.post("work_pools/nope/concurrency_status", {}, 404)


def test_a_poll_takes_few_statements(work, poll, add_run, statements):
    work.add_pool()
    for number in range(5):
        work.add_queue(str(number))
        add_run(str(number), 10, str(number))
    poll()
    statements.clear()

    assert len(poll()) == 5

    assert len(statements) <= 2, statements


def test_a_heartbeat_takes_few_statements(work, statements):
    work.add_pool()
    work.beat()
    statements.clear()

    work.beat()

    assert len(statements) <= 2, statements
