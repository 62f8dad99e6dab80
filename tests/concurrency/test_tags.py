"""Limits of task tags: the older routes' view on the same limits."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.concurrency.conftest import Limits

ROOT = "concurrency_limits"


def add(limits: Limits, tag: str = "db", limit: int = 1, status: int = 201) -> Any:
    return limits.post(f"{ROOT}/", {"tag": tag, "concurrency_limit": limit}, status)


def read(limits: Limits, tag: str = "db") -> Any:
    return limits.get(f"{ROOT}/tag/{tag}")


def take(limits: Limits, task_run: object, *tags: str, status: int = 200) -> Any:
    body = {"names": list(tags), "task_run_id": str(task_run)}
    return limits.post(f"{ROOT}/increment", body, status)


def give_back(limits: Limits, task_run: object, *tags: str) -> Any:
    return limits.post(f"{ROOT}/decrement", {"names": list(tags), "task_run_id": str(task_run)})


def test_a_tags_limit_is_made_and_then_changed(limits: Limits) -> None:
    made = add(limits, limit=2)

    changed = add(limits, limit=3, status=200)

    assert (made["tag"], made["concurrency_limit"], made["active_slots"]) == ("db", 2, [])
    assert (changed["id"], changed["concurrency_limit"]) == (made["id"], 3)
    assert read(limits) == limits.get(f"{ROOT}/{made['id']}") == changed


def test_a_tags_limit_is_a_global_one_of_another_name(limits: Limits) -> None:
    made = add(limits)
    limits.add("database")
    limits.add("TAG:loud")

    assert limits.read("tag:db")["id"] == made["id"]
    assert [one["tag"] for one in limits.post(f"{ROOT}/filter", {})] == ["db"]
    other = limits.read("database")["id"]
    assert limits.get(f"{ROOT}/{other}", 404) == {"detail": "Concurrency limit not found"}


@pytest.mark.parametrize("wrong", [{"concurrency_limit": -1}, {"tag": "x" * 1021}, {"tag": "\0"}])
def test_what_no_tags_limit_can_be_is_refused(limits: Limits, wrong: Any) -> None:
    limits.post(f"{ROOT}/", {"tag": "db", "concurrency_limit": 1} | wrong, 422)


def test_tags_may_have_signs_that_names_may_not(limits: Limits) -> None:
    add(limits, "50%")

    assert limits.get(f"{ROOT}/tag/50%25")["tag"] == "50%"


def test_limits_are_listed_by_tag_and_page(limits: Limits) -> None:
    for tag in ("c", "a", "b"):
        add(limits, tag)

    page = limits.post(f"{ROOT}/filter", {"limit": 2, "offset": 1})

    assert [one["tag"] for one in page] == ["b", "c"]


def test_task_runs_hold_slots_of_tags(limits: Limits, client: FlaskClient) -> None:
    made = add(limits)
    first, second = uuid4(), uuid4()

    taken = take(limits, first, "db", "no limit")
    assert taken == [{"id": made["id"], "name": "db", "limit": 1}]
    assert read(limits)["active_slots"] == [str(first)]
    refused = take(limits, second, "db", status=423)
    assert refused == {"detail": "Concurrency limit for the db tag has been reached"}
    body = {"names": ["db"], "task_run_id": str(second)}
    response = client.post(f"/api/{ROOT}/increment", json=body)
    assert 0 < float(response.headers["Retry-After"]) <= 1

    given = give_back(limits, first, "db", "no limit")
    assert given == [{"id": made["id"], "name": "tag:db", "limit": 1}]
    assert read(limits)["active_slots"] == []
    take(limits, second, "db")


def test_who_asks_again_since_the_answer_was_lost_has_one_slot(limits: Limits) -> None:
    add(limits, limit=2)
    task_run = uuid4()
    take(limits, task_run, "db")
    take(limits, task_run, "db")

    assert read(limits)["active_slots"] == [str(task_run)]
    assert limits.active("tag:db") == 1


def test_a_task_run_gives_back_the_tags_that_it_names(limits: Limits) -> None:
    add(limits, "a")
    add(limits, "b")
    task_run = uuid4()
    take(limits, task_run, "a", "b")

    give_back(limits, task_run, "a")

    assert read(limits, "a")["active_slots"] == []
    assert read(limits, "b")["active_slots"] == [str(task_run)]


def test_a_limit_of_none_lets_nobody_wait_for_ever(limits: Limits, client: FlaskClient) -> None:
    add(limits, limit=0)
    body = {"names": ["db"], "task_run_id": str(uuid4())}

    response = client.post(f"/api/{ROOT}/increment", json=body)

    assert response.status_code == 423
    assert "Retry-After" not in response.headers
    assert 'limit on tag "db" is 0 and will deadlock' in response.json["detail"]


def test_slots_of_the_other_routes_count_for_tags_too(limits: Limits) -> None:
    add(limits)
    task_run = str(uuid4())
    lease = limits.lease("tag:db", holder={"type": "task_run", "id": task_run})

    assert read(limits)["active_slots"] == [task_run]
    take(limits, uuid4(), "db", status=423)
    limits.end(lease)
    take(limits, uuid4(), "db")


def test_a_reset_says_who_holds_slots_and_nobody_else_does(limits: Limits) -> None:
    add(limits, limit=3)
    first, second, other = (str(uuid4()) for _ in range(3))
    take(limits, first, "db")
    limits.take("tag:db")
    limits.lease("tag:db", holder={"type": "task_run", "id": second})

    assert limits.post(f"{ROOT}/tag/db/reset", {"slot_override": [other, other]}) is None
    assert read(limits)["active_slots"] == [other]
    assert limits.active("tag:db") == 1

    limits.post(f"{ROOT}/tag/db/reset", {"slot_override": [other] * 1_001}, 422)
    limits.post(f"{ROOT}/tag/db/reset", {})
    assert read(limits)["active_slots"] == []
    assert limits.active("tag:db") == 0


@pytest.mark.parametrize("by", ["tag", "id"])
def test_a_tags_limit_is_deleted(limits: Limits, by: str) -> None:
    made = add(limits)
    path = f"{ROOT}/tag/db" if by == "tag" else f"{ROOT}/{made['id']}"

    assert limits.delete(path, 200) is None

    assert limits.delete(path, 404) == {"detail": "Concurrency limit not found"}
    limits.get(path, 404)
    limits.post(f"{ROOT}/tag/db/reset", {}, 404)
    limits.get("v2/concurrency_limits/tag:db", 404)
