"""Work pools over the wire: made, found, changed, deleted, and what is told of it."""

from itertools import pairwise

import pytest

TEMPLATE = {
    "job_configuration": {"command": "{{ command }}", "env": {"A": ["{{env}}"]}},
    "variables": {
        "properties": {
            "command": {"type": "string", "default": "run"},
            "env": {"type": "integer", "default": 1},
        },
        "required": ["command"],
    },
}
NAMES = [
    "id",
    "created",
    "updated",
    "name",
    "description",
    "type",
    "base_job_template",
    "is_paused",
    "concurrency_limit",
    "status",
    "default_queue_id",
    "storage_configuration",
    "active_slots",
]


def test_a_pool_is_made_with_its_default_queue(work):
    pool = work.add_pool(description="hey", base_job_template=TEMPLATE)

    assert sorted(pool) == sorted(NAMES)
    assert pool["status"] == "NOT_READY"
    assert pool["active_slots"] is None
    assert pool["base_job_template"] == TEMPLATE
    assert pool["storage_configuration"] == {
        "bundle_upload_step": None,
        "bundle_execution_step": None,
        "default_result_storage_block_id": None,
    }
    assert work.get("work_pools/farm") == pool
    (queue,) = work.post("work_pools/farm/queues/filter", {})
    assert queue["id"] == pool["default_queue_id"]
    assert (queue["name"], queue["priority"]) == ("default", 1)
    assert queue["description"] == "The work pool's default queue."


def test_a_strict_client_is_not_shown_where_results_are_kept(work):
    work.add_pool()

    old = {"User-Agent": "prefect/3.3.7 (API 0.8.4)"}
    shown = work.get("work_pools/farm", headers=old)["storage_configuration"]

    assert "default_result_storage_block_id" not in shown
    assert "bundle_upload_step" in shown


def test_a_pool_of_agents_has_no_status(work):
    assert work.post("work_pools/", {"name": "old"}, 201)["status"] is None


def test_a_pool_made_paused_is_paused(work):
    assert work.add_pool(is_paused=True)["status"] == "PAUSED"


@pytest.mark.parametrize("name", ["a/b", "50%", "a&b", "<a", "a>", " ", "", "a\0b", "x" * 1025])
def test_some_names_are_refused_by_their_field(work, name):
    answer = work.post("work_pools/", {"name": name, "type": "process"}, 422)

    (detail,) = answer["exception_detail"]
    assert detail["loc"] == ["body", "name"]


@pytest.mark.parametrize("name", ["..hello", "my.pool", "🍜 [Soup]", "é", "'; DROP TABLE flow; --"])
def test_names_are_taken_as_they_are(work, name):
    work.add_pool(name)

    assert work.get(f"work_pools/{name}")["name"] == name
    assert work.post("work_pools/filter", {"work_pools": {"name": {"any_": [name]}}})


@pytest.mark.parametrize("name", ["prefect-x", "Prefect", "PREFECTX"])
def test_names_of_the_servers_own_are_reserved(work, name):
    answer = work.post("work_pools/", {"name": name, "type": "process"}, 403)

    reserved = "Work pools starting with 'Prefect' are reserved for internal use."
    assert answer == {"detail": reserved}
    work.patch(f"work_pools/{name}", {"description": "x"}, 403)
    work.patch(f"work_pools/{name}", {"is_paused": True}, 404)
    work.delete(f"work_pools/{name}", 403)


def test_a_name_is_taken_once(work):
    work.add_pool()

    answer = work.post("work_pools/", {"name": "farm", "type": "process"}, 409)

    assert answer == {"detail": "A work pool with this name already exists."}


def test_names_tell_upper_from_lower_case(work):
    work.add_pool("farm")

    assert work.get("work_pools/Farm", 404) == {"detail": 'Work pool "Farm" not found.'}
    work.add_pool("Farm")


@pytest.mark.parametrize("limit", [-1, 2**31, 2**63, "x", 1.5])
def test_a_limit_is_a_number_that_is_kept(work, limit):
    answer = work.post("work_pools/", {"name": "farm", "concurrency_limit": limit}, 422)

    (detail,) = answer["exception_detail"]
    assert detail["loc"] == ["body", "concurrency_limit"]


def test_pools_are_listed_by_name_and_counted(work):
    for name in ("c", "a", "b"):
        work.add_pool(name)
    work.post("work_pools/", {"name": "d", "type": "docker"}, 201)

    def names(**body: object) -> list[str]:
        return [pool["name"] for pool in work.post("work_pools/filter", body)]

    assert names() == names(limit=None, offset=None, work_pools=None) == ["a", "b", "c", "d"]
    assert names(limit=2, offset=1) == ["b", "c"]
    assert names(limit=0) == []
    assert names(work_pools={"type": {"any_": ["docker"]}}) == ["d"]
    either = {"operator": "or_", "type": {"any_": ["docker"]}, "name": {"any_": ["a"]}}
    assert names(work_pools=either) == ["a", "d"]
    assert names(work_pools={"name": {"any_": []}}) == []
    assert work.post("work_pools/count", {}) == 4
    assert work.post("work_pools/count", {"work_pools": {"name": {"any_": ["a", "x"]}}}) == 1
    work.post("work_pools/filter", {"limit": 201}, 422)
    work.post("work_pools/filter", {"work_pools": {"nam": {}}}, 422)


def test_of_more_pools_than_a_page_has_all_are_counted_and_can_be_read(work):
    for number in range(201):
        work.add_pool(f"p{number:03}")

    first = work.post("work_pools/filter", {})
    rest = work.post("work_pools/filter", {"offset": len(first)})

    assert (len(first), len(rest)) == (200, 1)
    assert len({pool["name"] for pool in first + rest}) == 201
    assert work.post("work_pools/count", {}) == 201


def test_only_what_was_sent_changes(work):
    work.add_pool(description="hey", concurrency_limit=5, base_job_template=TEMPLATE)

    work.patch("work_pools/farm", {"concurrency_limit": 0})
    limited = work.get("work_pools/farm")
    work.patch("work_pools/farm", {"concurrency_limit": None, "description": None})
    cleared = work.get("work_pools/farm")
    work.patch("work_pools/farm", {"is_paused": None, "base_job_template": None})

    assert (limited["concurrency_limit"], limited["active_slots"]) == (0, 0)
    assert limited["description"] == "hey"
    assert cleared["concurrency_limit"] is cleared["description"] is None
    assert cleared["base_job_template"] == TEMPLATE
    assert work.get("work_pools/farm") == cleared
    work.patch("work_pools/farm", {"name": "other"}, 422)
    work.patch("work_pools/nope", {"is_paused": True}, 404)


def test_a_pool_is_paused_and_goes_on_as_its_workers_allow(work):
    work.add_pool()
    statuses = []

    def look() -> None:
        statuses.append(work.get("work_pools/farm")["status"])

    work.patch("work_pools/farm", {"is_paused": True})
    look()
    work.patch("work_pools/farm", {"is_paused": False})
    look()
    work.beat()
    look()
    work.patch("work_pools/farm", {"is_paused": True})
    work.beat()
    look()
    work.patch("work_pools/farm", {"is_paused": False})
    look()

    assert statuses == ["PAUSED", "NOT_READY", "READY", "PAUSED", "READY"]


def test_each_change_of_status_is_told_and_follows_the_one_before(work, events):
    work.add_pool()
    work.beat()
    work.beat()
    work.patch("work_pools/farm", {"is_paused": True})
    work.patch("work_pools/farm", {"is_paused": True})

    told = [e for e in events() if e.event.startswith("prefect.work-pool.")]
    pool = work.get("work_pools/farm")

    assert [e.event.rpartition(".")[2] for e in told] == ["created", "not-ready", "ready", "paused"]
    assert [later.follows for _, later in pairwise(told[1:])] == [e.id for e in told[1:-1]]
    assert told[-1].resource == {
        "prefect.resource.id": f"prefect.work-pool.{pool['id']}",
        "prefect.resource.name": "farm",
        "prefect.work-pool.type": "process",
    }
    assert (told[-1].related, told[-1].payload) == ([], {})


def test_a_change_is_told_by_what_it_was_and_is(work, events):
    work.add_pool(concurrency_limit=2, base_job_template=TEMPLATE)
    before = len(events())

    change = {"concurrency_limit": 3, "description": None, "base_job_template": TEMPLATE}
    work.patch("work_pools/farm", change)
    work.patch("work_pools/farm", {"concurrency_limit": 3})

    (told,) = events()[before:]
    assert told.event == "prefect.work-pool.updated"
    assert told.payload == {
        "updated_fields": ["concurrency_limit"],
        "updates": {"concurrency_limit": {"from": 2, "to": 3}},
    }


def test_a_deleted_pool_takes_its_queues_and_workers_along(work, events):
    pool = work.add_pool()
    queue = work.add_queue("fast")
    work.beat()
    before = len(events())

    work.delete("work_pools/farm")

    told = [(e.event, e.resource_id) for e in events()[before:]]
    assert told == [
        ("prefect.work-queue.deleted", f"prefect.work-queue.{pool['default_queue_id']}"),
        ("prefect.work-queue.deleted", f"prefect.work-queue.{queue['id']}"),
        ("prefect.work-pool.deleted", f"prefect.work-pool.{pool['id']}"),
    ]
    work.delete("work_pools/farm", 404)
    work.get(f"work_queues/{queue['id']}", 404)
    work.post("work_pools/farm/workers/filter", {}, 404)


def test_what_is_told_of_a_new_pool(work, events):
    pool = work.add_pool()

    queue, made, status = events()

    of_pool = {
        "prefect.resource.id": f"prefect.work-pool.{pool['id']}",
        "prefect.resource.name": "farm",
        "prefect.work-pool.type": "process",
        "prefect.resource.role": "work-pool",
    }
    queue_id = f"prefect.work-queue.{pool['default_queue_id']}"
    assert queue.event == "prefect.work-queue.created"
    assert queue.related == [of_pool]
    assert made.event == "prefect.work-pool.created"
    assert made.resource == of_pool
    assert made.related == [
        {"prefect.resource.id": queue_id, "prefect.resource.role": "default-queue"}
    ]
    assert (status.event, status.follows) == ("prefect.work-pool.not-ready", None)
