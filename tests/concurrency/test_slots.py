"""Slots over the wire: taken, held by leases, renewed and given back."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.concurrency.conftest import Limits

ROOT = "v2/concurrency_limits"


@pytest.mark.parametrize("way", ["take", "lease"])
def test_slots_are_taken_of_all_limits_or_of_none(limits: Limits, way: str) -> None:
    limits.add("a", 2)
    limits.add("b", 1)
    take = getattr(limits, way)
    take("a", "b")

    assert take("a", "b", status=423) == {"detail": "Locked"}

    assert (limits.active("a"), limits.active("b")) == (1, 1)


def test_what_was_taken_is_named(limits: Limits) -> None:
    made = limits.add("a", 2)
    named = [{"id": made["id"], "name": "a", "limit": 2}]

    assert limits.take("a") == named
    assert limits.lease("a", "unknown")["limits"] == named
    assert limits.give_back("a") == named


@pytest.mark.parametrize("way", ["take", "lease"])
@pytest.mark.parametrize("slots", [2, 2**31 - 1])
def test_more_than_the_limit_is_refused_for_good(limits: Limits, way: str, slots: int) -> None:
    limits.add()

    answer = getattr(limits, way)(slots=slots, status=422)

    assert answer == {"detail": "Slots requested is greater than the limit"}


@pytest.mark.parametrize("way", ["take", "lease", "give_back"])
@pytest.mark.parametrize("slots", [0, -1, 2**31, 1.5, "x"])
def test_what_is_no_number_of_slots_is_refused(limits: Limits, way: str, slots: Any) -> None:
    limits.add()

    getattr(limits, way)(slots=slots, status=422)
    limits.post(f"{ROOT}/increment", {"names": [], "slots": 1}, 422)
    limits.post(f"{ROOT}/increment", {"names": ["x"] * 10_001, "slots": 1}, 422)

    assert limits.active() == 0


def test_who_waits_is_told_to_ask_again_within_a_second(
    limits: Limits, client: FlaskClient
) -> None:
    limits.add()
    limits.take()
    for path in ("increment", "increment-with-lease"):
        body = {"names": ["database"], "slots": 1}
        for _ in range(20):  # however often anybody asks
            answer = client.post(f"/api/{ROOT}/{path}", json=body)
            assert 0 < float(answer.headers["Retry-After"]) <= 1


def test_unknown_limits_let_everybody_through(limits: Limits) -> None:
    assert limits.take("unknown") == []
    lease = limits.lease("unknown")
    assert lease["limits"] == []
    limits.renew(lease)
    limits.end(lease)
    assert limits.give_back("unknown") == []
    assert limits.post(f"{ROOT}/filter", {}) == []


def test_a_limit_that_is_not_active_lets_everybody_through(limits: Limits) -> None:
    limits.add("off", 1, active=False)

    for _ in range(3):
        assert [one["name"] for one in limits.take("off")] == ["off"]
        lease = limits.lease("off", slots=5)
    limits.renew(lease)

    assert limits.active("off") == 0


def test_slots_come_back_with_their_lease(limits: Limits) -> None:
    limits.add("gpu", 3)
    lease = limits.lease("gpu", slots=2)
    assert limits.active("gpu") == 2

    limits.end(lease)
    limits.end(lease)

    assert limits.active("gpu") == 0
    assert limits.renew(lease, 410) == {
        "detail": "Lease not found - it may have expired or been revoked"
    }


def test_a_lease_that_nobody_has_cannot_be_renewed(limits: Limits) -> None:
    limits.renew({"lease_id": uuid4()}, 410)
    limits.end({"lease_id": uuid4()})


@pytest.mark.parametrize("seconds", [59, 86_401, float("inf")])
def test_a_lease_lasts_from_a_minute_to_a_day(limits: Limits, seconds: float) -> None:
    limits.add()
    limits.lease(lease_duration=seconds, status=422)
    lease = limits.lease(holder={"type": "task_run", "id": str(uuid4())})

    limits.renew(lease, 422, lease_duration=seconds)


def test_what_is_given_back_beyond_what_was_taken_is_nothing(limits: Limits) -> None:
    limits.add("gpu", 3)
    limits.take("gpu", slots=1)

    limits.give_back("gpu", slots=5, occupancy_seconds=2.5)

    assert limits.active("gpu") == 0


def test_what_is_given_back_without_a_lease_leaves_leases_alone(limits: Limits) -> None:
    limits.add("gpu", 3)
    limits.lease("gpu")
    limits.take("gpu")

    limits.give_back("gpu", slots=2)

    assert limits.active("gpu") == 1


def test_rates_need_slots_that_decay(limits: Limits) -> None:
    limits.add("steady", 2)
    limits.add("decaying", 2, slot_decay_per_second=0.001)

    answer = limits.take("steady", "decaying", mode="rate_limit", status=422)
    limits.take("decaying", mode="rate_limit")

    assert "do not have a decay configured: 'steady'" in answer["detail"]
    assert limits.active("decaying") == 1
