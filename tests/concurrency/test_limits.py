"""Global limits over the wire."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.concurrency.models import ConcurrencyLimit
from headwater.concurrency.service import limits as service
from headwater.db.json import parse
from headwater.events.models import Event
from tests.concurrency.conftest import NOW, Limits

ROOT = "v2/concurrency_limits"


def test_a_limit_is_made_and_read_by_id_and_name(limits: Limits) -> None:
    made = limits.add("gpu", 3)

    assert made["active"] is True
    assert (made["active_slots"], made["denied_slots"]) == (0, 0)
    assert (made["slot_decay_per_second"], made["avg_slot_occupancy_seconds"]) == (0.0, 2.0)
    read = limits.read("gpu")
    assert read == limits.read(made["id"])
    assert (read["name"], read["limit"], read["active_slots"]) == ("gpu", 3, 0)
    assert "denied_slots" not in read


def test_a_name_is_taken_once(limits: Limits) -> None:
    limits.add("gpu")

    answer = limits.post(f"{ROOT}/", {"name": "gpu", "limit": 2}, 409)

    assert "gpu" in answer["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": -1},
        {"limit": 2**31},
        {"name": "a/b"},
        {"name": ""},
        {"name": "a\0"},
        {"name": "x" * 1025},
        {"active_slots": -1},
        {"denied_slots": -1},
        {"slot_decay_per_second": -0.1},
        {"other": 1},
    ],
)
def test_what_no_limit_can_be_is_refused(limits: Limits, wrong: dict[str, Any]) -> None:
    body = {"name": "gpu", "limit": 1} | wrong
    answer = limits.post(f"{ROOT}/", body, 422)
    limits.add("cpu")
    limits.patch(f"{ROOT}/cpu", wrong, 422)

    assert answer["exception_detail"][0]["loc"] == ["body", next(iter(wrong))]


def test_limits_are_listed_by_name_and_page(limits: Limits) -> None:
    for name in ("c", "a", "b"):
        limits.add(name)

    names = [one["name"] for one in limits.post(f"{ROOT}/filter", {})]
    page = limits.post(f"{ROOT}/filter", {"limit": 1, "offset": 1})

    assert names == ["a", "b", "c"]
    assert [one["name"] for one in page] == ["b"]


def test_a_change_touches_what_was_sent(limits: Limits) -> None:
    made = limits.add("gpu", 3)

    limits.patch(f"{ROOT}/gpu", {"limit": 5, "active": False})
    limits.patch(f"{ROOT}/{made['id']}", {"name": "tpu", "limit": None})

    read = limits.read("tpu")
    assert (read["limit"], read["active"], read["id"]) == (5, False, made["id"])


def test_a_name_that_another_has_is_not_taken_over(limits: Limits) -> None:
    limits.add("gpu")
    limits.add("tpu")

    limits.patch(f"{ROOT}/gpu", {"name": "tpu"}, 409)

    assert limits.read("gpu")["name"] == "gpu"


@pytest.mark.parametrize("key", ["nothing", "56e53916-efee-44bd-8d03-f4aed0e68c45"])
def test_what_is_not_there_is_said_so(limits: Limits, key: str) -> None:
    assert limits.get(f"{ROOT}/{key}", 404) == {"detail": "Concurrency Limit not found"}
    limits.patch(f"{ROOT}/{key}", {"limit": 1}, 404)
    limits.delete(f"{ROOT}/{key}", 404)


def test_a_limit_goes_with_its_leases_and_the_holders_are_not_harmed(limits: Limits) -> None:
    limits.add()
    lease = limits.lease()

    limits.delete(f"{ROOT}/database")
    limits.get(f"{ROOT}/database", 404)
    limits.renew(lease)
    limits.end(lease)
    limits.add()

    assert limits.active() == 0


def test_changes_of_limits_are_told(limits: Limits, session: Session) -> None:
    made = limits.add("gpu", 3)
    limits.patch(f"{ROOT}/gpu", {"limit": 4})
    limits.patch(f"{ROOT}/gpu", {"active_slots": 0})  # no news
    limits.delete(f"{ROOT}/gpu")

    events = session.execute(select(Event.__table__).order_by(Event.position)).all()

    assert [event.event for event in events] == [
        f"prefect.concurrency-limit.{what}" for what in ("created", "updated", "deleted")
    ]
    assert {event.resource_id for event in events} == {f"prefect.concurrency-limit.{made['id']}"}
    assert parse(events[1].payload) == {
        "name": "gpu",
        "limit": 4,
        "active": True,
        "slot_decay_per_second": 0.0,
    }


def test_an_operator_sets_how_many_slots_are_active(limits: Limits) -> None:
    limits.add("gpu", 5)
    limits.take("gpu", slots=4)

    limits.patch(f"{ROOT}/gpu", {"active_slots": 1})
    assert limits.active("gpu") == 1
    limits.give_back("gpu", slots=4)

    assert limits.active("gpu") == 0


def test_slots_that_an_operator_frees_are_free_for_good(limits: Limits) -> None:
    limits.add("gpu", 3)
    first, second = limits.lease("gpu"), limits.lease("gpu", slots=2)

    limits.patch(f"{ROOT}/gpu", {"active_slots": 2})
    assert limits.active("gpu") == 2
    limits.renew(second)  # its holder goes on
    limits.end(second)
    assert limits.active("gpu") == 2
    limits.end(first)

    assert limits.active("gpu") == 1  # what the operator named beyond the leases
    limits.patch(f"{ROOT}/gpu", {"active_slots": 0})
    assert limits.active("gpu") == 0


def test_slots_are_kept_as_a_limit_begins_to_decay_and_ceases_to(limits: Limits) -> None:
    limits.add("gpu", 3)
    lease = limits.lease("gpu", slots=2)

    limits.patch(f"{ROOT}/gpu", {"slot_decay_per_second": 0.000001})
    assert limits.active("gpu") == 2
    limits.patch(f"{ROOT}/gpu", {"slot_decay_per_second": 0})
    assert limits.active("gpu") == 2
    limits.end(lease)

    assert limits.active("gpu") == 0


SetLimit = Callable[[int | None], UUID | None]


@pytest.fixture
def deployment() -> UUID:
    return uuid4()


@pytest.fixture
def set_limit(session: Session, deployment: UUID) -> SetLimit:
    return lambda limit: service.set_for_deployment(
        session, DEFAULT_WORKSPACE, deployment, limit, now=NOW
    )


def limit_of(session: Session, deployment: UUID) -> int | None:
    name = f"deployment:{deployment}"
    table = ConcurrencyLimit.__table__
    found: int | None = session.execute(
        select(table.c.limit).where(table.c.name == name)
    ).scalar_one_or_none()
    return found


def test_a_deployment_has_a_limit_of_its_own(
    session: Session, deployment: UUID, set_limit: SetLimit
) -> None:
    made = set_limit(2)

    assert made is not None
    assert set_limit(3) == made
    assert limit_of(session, deployment) == 3
    shown = service.list_by_ids(session, DEFAULT_WORKSPACE, [made], now=NOW)[made]
    assert (shown.limit, shown.active_slots) == (3, 0)
    assert set_limit(None) is None
    assert limit_of(session, deployment) is None
    assert set_limit(None) is None


def test_of_no_ids_no_limits_are_read(session: Session) -> None:
    now: datetime = NOW

    assert service.list_by_ids(session, DEFAULT_WORKSPACE, [], now=now) == {}
