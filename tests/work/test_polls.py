"""What pools hand out to workers, and in which order."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from headwater.db.base import db
from headwater.work.models import WorkQueue
from tests.work.conftest import NOW, ago


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
