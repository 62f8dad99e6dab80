"""Slots over the wire: taken, held by leases, renewed and given back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.concurrency.schemas.limits import LimitCreate
from headwater.concurrency.schemas.slots import Wanted
from headwater.concurrency.service import limits as limits_service
from headwater.concurrency.service import slots as service
from headwater.concurrency.service import sweeping
from headwater.concurrency.service.slots import OF_NOTHING, Term
from headwater.errors import GoneError, LockedError
from tests.concurrency.conftest import NOW, Limits, at

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


Take = Callable[..., UUID]


@pytest.fixture
def take(session: Session) -> Take:
    """Take a slot of `database` at so many seconds; with *term*, under a lease of so many."""

    def call(seconds: float, term: float | None = None, slots: int = 1) -> UUID:
        wanted = Wanted(names=["database"], slots=slots)
        lease = None if term is None else Term(term)
        taken = service.take(session, DEFAULT_WORKSPACE, wanted, lease, chance=0.0, now=at(seconds))
        return taken[0]

    return call


@pytest.fixture
def make(session: Session) -> Callable[..., None]:
    def add(limit: int = 1, **more: Any) -> None:
        new = LimitCreate(name="database", limit=limit, **more)
        limits_service.create(session, DEFAULT_WORKSPACE, new, now=NOW)

    return add


@pytest.fixture
def active(session: Session) -> Callable[[float], int]:
    return lambda seconds: (
        limits_service.get(session, DEFAULT_WORKSPACE, "database", now=at(seconds)).active_slots
    )


Make, Active = Callable[..., None], Callable[[float], int]


def test_a_dead_holders_slots_come_back_when_its_lease_ends(
    make: Make, take: Take, active: Active
) -> None:
    make()
    take(0, term=60)
    with pytest.raises(LockedError):
        take(59.9, term=60)

    assert active(59.9) == 1
    assert active(60) == 0
    take(60, term=60)
    assert active(60) == 1


def test_a_lease_that_is_renewed_in_time_stays(
    session: Session, make: Make, take: Take, active: Active
) -> None:
    make()
    lease = take(0, term=60)
    service.renew(session, DEFAULT_WORKSPACE, lease, 60, now=at(45))

    assert active(100) == 1
    with pytest.raises(LockedError):
        take(100)
    assert active(105) == 0


def test_a_lease_that_is_renewed_late_lives_again_unless_its_slots_are_taken(
    session: Session, make: Make, take: Take, active: Active
) -> None:
    make()
    lease = take(0, term=60)
    service.renew(session, DEFAULT_WORKSPACE, lease, 60, now=at(70))
    assert active(70) == 1

    take(140)
    with pytest.raises(GoneError):
        service.renew(session, DEFAULT_WORKSPACE, lease, 60, now=at(141))

    assert active(141) == 1


def test_what_is_over_is_swept_and_what_was_renewed_meanwhile_is_not(
    session: Session, make: Make, take: Take, active: Active
) -> None:
    make(2)
    over, renewed = take(0, term=60), take(0, term=60)
    found = sweeping.list_over(session, now=at(61))
    service.renew(session, DEFAULT_WORKSPACE, renewed, 60, now=at(61))

    sweeping.end(session, found, now=at(61))

    assert {row.id for row in found} == {over, renewed}
    assert sweeping.list_over(session, now=at(61)) == []
    with pytest.raises(GoneError):
        service.renew(session, DEFAULT_WORKSPACE, over, 60, now=at(61))
    assert active(62) == 1


def test_slots_decay_by_the_second(make: Make, take: Take, active: Active) -> None:
    make(3, slot_decay_per_second=0.5)
    take(0, slots=3)

    assert [active(seconds) for seconds in (0, 1.9, 2, 4, 6, 60)] == [3, 3, 2, 1, 0, 0]


def test_who_asks_often_does_not_keep_slots_from_decaying(
    make: Make, take: Take, active: Active
) -> None:
    make(1, slot_decay_per_second=0.1)
    take(0)
    for seconds in range(1, 10):
        with pytest.raises(LockedError):
            take(seconds)

    take(10)
    with pytest.raises(LockedError) as error:
        take(15)

    assert error.value.retry_after == pytest.approx(5)


def test_leased_slots_that_decay_are_not_counted_twice(
    session: Session, make: Make, take: Take, active: Active
) -> None:
    make(3, slot_decay_per_second=1.0)
    lease = take(0, term=60, slots=3)
    assert active(1) == 2

    service.end(session, DEFAULT_WORKSPACE, lease, now=at(1))

    assert active(1) == 0


def test_a_lease_of_nothing_is_kept_nowhere(session: Session, take: Take) -> None:
    assert take(0, term=60) == OF_NOTHING
    service.renew(session, DEFAULT_WORKSPACE, OF_NOTHING, 60, now=at(1000))
    assert sweeping.list_over(session, now=at(10_000)) == []


def test_a_limit_learns_how_long_its_slots_are_held(
    session: Session, make: Make, take: Take
) -> None:
    make()
    for number in range(20):
        lease = take(number, term=60)
        service.end(session, DEFAULT_WORKSPACE, lease, now=at(number + 0.05))
    take(30, term=60)

    with pytest.raises(LockedError) as error:
        take(31)

    assert error.value.retry_after == pytest.approx(0.1, abs=0.01)
