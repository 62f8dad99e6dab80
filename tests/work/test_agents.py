"""What queues hand out to agents, who ask each by its id."""

from typing import Any

from tests.work.conftest import ago


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
