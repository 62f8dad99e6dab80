"""Limits of pools and queues: what room they leave, and who has it."""


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
