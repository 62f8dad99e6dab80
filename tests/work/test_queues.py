"""The queues of a pool over the wire, and their priorities."""

from datetime import UTC, datetime

import pytest


def test_a_queue_is_made_and_found(work):
    pool = work.add_pool()

    queue = work.add_queue("fast", concurrency_limit=3, description="d")

    assert queue["work_pool_id"] == pool["id"]
    assert queue["work_pool_name"] == "farm"
    assert (queue["status"], queue["active_slots"], queue["priority"]) == ("NOT_READY", 0, 2)
    assert work.get("work_pools/farm/queues/fast") == work.get(f"work_queues/{queue['id']}")
    assert work.get("work_pools/farm/queues/fast") == queue
    unknown = {"detail": "Work pool queue 'farm/nope' not found."}
    assert work.get("work_pools/farm/queues/nope", 404) == unknown


def test_a_name_is_taken_once_in_a_pool(work):
    work.add_pool()
    work.add_pool("other")
    work.add_queue("fast")

    answer = work.post("work_pools/farm/queues", {"name": "fast"}, 409)

    assert answer == {"detail": "A work queue with this name already exists in work pool 'farm'."}
    work.add_queue("fast", "other")
    work.post("work_pools/nope/queues", {"name": "x"}, 404)


@pytest.mark.parametrize("name", ["a/b", "", " ", "a\0b"])
def test_some_names_are_refused(work, name):
    queue = work.post("work_queues/", {"name": "fast"}, 201)
    work.add_pool()

    work.post("work_pools/farm/queues", {"name": name}, 422)
    work.post("work_queues/", {"name": name}, 422)
    work.patch(f"work_queues/{queue['id']}", {"name": name}, 422)


def test_a_queue_without_a_priority_gets_the_first_that_is_free(work):
    work.add_pool()
    work.add_queue("far", priority=4)
    for name in ("a", "b", "c"):
        work.add_queue(name)

    assert work.priorities() == {"default": 1, "a": 2, "b": 3, "far": 4, "c": 5}


def test_queues_step_back_for_one_that_takes_their_priority(work):
    work.add_pool()
    work.add_queue("q2")
    work.add_queue("q3")
    work.add_queue("far", priority=9)

    work.add_queue("first", priority=1)

    assert work.priorities() == {"first": 1, "default": 2, "q2": 3, "q3": 4, "far": 9}
    work.patch("work_pools/farm/queues/q3", {"priority": 2})
    assert work.priorities() == {"first": 1, "q3": 2, "default": 3, "q2": 4, "far": 9}


def test_a_gap_stays_when_a_queue_goes(work):
    work.add_pool()
    work.add_queue("q2")
    work.add_queue("q3")

    work.delete("work_pools/farm/queues/q2")

    assert work.priorities() == {"default": 1, "q3": 3}


@pytest.mark.parametrize("priority", [0, -1, 2**31, "x"])
def test_a_priority_is_a_number_from_one(work, priority):
    work.add_pool()

    work.post("work_pools/farm/queues", {"name": "q", "priority": priority}, 422)


def test_a_priority_at_the_end_of_the_numbers_leaves_no_room(work):
    work.add_pool()
    work.add_queue("last", priority=2**31 - 1)

    work.post("work_pools/farm/queues", {"name": "q", "priority": 2**31 - 1}, 422)

    assert "q" not in work.priorities()


def test_queues_of_a_pool_are_found_by_id_and_name(work):
    work.add_pool()
    queue = work.add_queue("fast")

    def names(**wanted: object) -> list[str]:
        found = work.post("work_pools/farm/queues/filter", {"work_queues": wanted})
        return [each["name"] for each in found]

    assert names() == ["default", "fast"]
    assert names(id={"any_": [queue["id"]]}) == ["fast"]
    assert names(name={"startswith_": ["d"]}) == ["default"]
    assert names(name={"any_": ["fast", "x"]}) == ["fast"]
    assert work.post("work_pools/farm/queues/filter", {"limit": 1, "offset": 1})[0] == queue


def test_the_default_queue_stays(work):
    pool = work.add_pool()

    refused = {"detail": "A work pool's default queue cannot be deleted."}
    assert work.delete("work_pools/farm/queues/default", 409) == refused
    assert work.delete(f"work_queues/{pool['default_queue_id']}", 409) == refused
    assert work.get("work_pools/farm")["default_queue_id"] == pool["default_queue_id"]


def test_only_what_was_sent_changes(work):
    work.add_pool()
    work.add_queue("fast", description="d", concurrency_limit=2)

    work.patch("work_pools/farm/queues/fast", {"concurrency_limit": None})
    work.patch("work_pools/farm/queues/fast", {"name": "quick", "filter": None})

    queue = work.get("work_pools/farm/queues/quick")
    assert (queue["description"], queue["concurrency_limit"]) == ("d", None)
    work.patch("work_pools/farm/queues/fast", {}, 404)
    work.patch("work_pools/farm/queues/quick", {"name": "default"}, 409)


def test_a_queue_that_is_paused_goes_on_as_it_was_polled(work):
    work.add_pool()
    queue = work.add_queue("fast")
    statuses = []

    for change in (
        {"is_paused": True},
        {"is_paused": False},
        {"is_paused": True},
        {"is_paused": False, "last_polled": datetime.now(UTC).isoformat()},
    ):
        work.patch(f"work_queues/{queue['id']}", change)
        statuses.append(work.get(f"work_queues/{queue['id']}")["status"])

    assert statuses == ["PAUSED", "NOT_READY", "PAUSED", "READY"]


def test_changes_of_a_queue_are_told(work, events):
    pool = work.add_pool()
    queue = work.add_queue("fast", description="")
    before = len(events())

    work.patch("work_pools/farm/queues/fast", {"description": "d", "priority": 5})
    work.patch("work_pools/farm/queues/fast", {"is_paused": True})
    work.patch("work_pools/farm/queues/fast", {"is_paused": True})
    work.delete("work_pools/farm/queues/fast")

    told = events()[before:]
    assert [e.event.rpartition(".")[2] for e in told] == ["updated", "paused", "deleted"]
    assert told[0].resource == {
        "prefect.resource.id": f"prefect.work-queue.{queue['id']}",
        "prefect.resource.name": "fast",
        "prefect.resource.role": "work-queue",
    }
    assert told[0].related == [
        {
            "prefect.resource.id": f"prefect.work-pool.{pool['id']}",
            "prefect.resource.name": "farm",
            "prefect.work-pool.type": "process",
            "prefect.resource.role": "work-pool",
        }
    ]
    assert told[0].payload == {
        "updated_fields": ["description", "priority"],
        "updates": {
            "description": {"from": "", "to": "d"},
            "priority": {"from": 2, "to": 5},
        },
    }


def test_a_queue_without_a_pool_is_in_that_of_agents(work):
    queue = work.post("work_queues/", {"name": "plain", "description": None, "filter": None}, 201)

    assert (queue["work_pool_name"], queue["priority"]) == ("default-agent-pool", 2)
    assert queue["description"] == ""
    pool = work.get("work_pools/default-agent-pool")
    assert (pool["type"], pool["status"]) == ("prefect-agent", None)
    taken = {"detail": "A work queue with this name already exists."}
    assert work.post("work_queues/", {"name": "plain"}, 409) == taken
    assert work.post("work_queues/", {"name": "default"}, 409) == taken


def test_the_default_queue_of_agents_comes_with_their_pool(work):
    queue = work.post("work_queues/", {"name": "default"}, 201)

    assert queue["id"] == work.get("work_pools/default-agent-pool")["default_queue_id"]


def test_a_queue_is_found_by_name_among_those_of_agents(work):
    work.add_pool()
    elsewhere = work.add_queue("fast")
    assert work.get("work_queues/name/fast") == elsewhere

    plain = work.post("work_queues/", {"name": "plain"}, 201)

    assert work.get("work_queues/name/plain") == plain
    assert work.get("work_queues/name/fast", 404) == {"detail": "work queue not found"}


def test_queues_of_all_pools_are_listed_by_name(work):
    work.add_pool()
    work.add_queue("fast")
    work.post("work_queues/", {"name": "b"}, 201)

    body = {"work_queues": None, "limit": None, "offset": None}
    listed = work.post("work_queues/filter", body)

    assert [each["name"] for each in listed] == ["b", "default", "default", "fast"]
    wanted = {"name": {"startswith_": ["b", "f"]}}
    found = work.post("work_queues/filter", {"work_queues": wanted})
    assert [each["name"] for each in found] == ["b", "fast"]


def test_an_unknown_queue_is_not_found(work):
    nobody = "work_queues/00000000-0000-0000-0000-000000000001"

    assert work.get(nobody, 404) == {"detail": "work queue not found"}
    assert "not found" in work.patch(nobody, {"is_paused": True}, 404)["detail"]
    work.delete(nobody, 404)
    work.get("work_queues/nonsense", 404)


def test_a_queue_keeps_what_agents_filter_by(work):
    wanted = {"tags": ["a"], "deployment_ids": None}

    queue = work.post("work_queues/", {"name": "old", "filter": {"tags": ["a"]}}, 201)

    assert work.get(f"work_queues/{queue['id']}")["filter"] == queue["filter"] == wanted
    work.patch(f"work_queues/{queue['id']}", {"filter": None})
    assert work.get(f"work_queues/{queue['id']}")["filter"] is None
