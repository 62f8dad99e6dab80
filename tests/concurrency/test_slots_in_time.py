"""Slots as time goes by: leases that end, slots that decay, limits that learn."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.concurrency.schemas.limits import LimitCreate, LimitUpdate
from headwater.concurrency.schemas.slots import Wanted
from headwater.concurrency.schemas.tags import TagSlots
from headwater.concurrency.service import limits as limits_service
from headwater.concurrency.service import slots as service
from headwater.concurrency.service import sweeping, tags
from headwater.concurrency.service.slots import OF_NOTHING, Term
from headwater.errors import GoneError, LockedError
from tests.concurrency.conftest import NOW, at

Take, Make, Active = Callable[..., UUID], Callable[..., None], Callable[[float], int]


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


def test_of_leases_that_end_together_each_lessens_slots_that_decay(
    session: Session, make: Make, take: Take, active: Active
) -> None:
    make(5, slot_decay_per_second=0.0001)
    first, second = take(0, term=60, slots=2), take(0, term=60)
    take(0)
    found = sweeping.list_over(session, now=at(61))
    assert {row.id for row in found} == {first, second}

    sweeping.end(session, found, now=at(61))

    assert active(61) == 1


def test_task_runs_take_slots_of_a_tag_that_decay(session: Session) -> None:
    tag = LimitCreate(name="tag:db", limit=2, slot_decay_per_second=0.0001)
    limits_service.create(session, DEFAULT_WORKSPACE, tag, now=NOW)
    task_runs = [uuid4() for _ in range(3)]

    def ask(do: Callable[..., Any], task_run: UUID) -> None:
        do(session, DEFAULT_WORKSPACE, TagSlots(names=["db"], task_run_id=task_run), now=NOW)

    for task_run in task_runs[:2]:
        ask(tags.take, task_run)
    with pytest.raises(LockedError):
        ask(tags.take, task_runs[2])
    ask(tags.give_back, task_runs[0])
    ask(tags.take, task_runs[2])

    tags.reset(session, DEFAULT_WORKSPACE, "db", task_runs[:2], now=NOW)
    shown = limits_service.get(session, DEFAULT_WORKSPACE, "tag:db", now=NOW)
    assert shown.active_slots == 2


def test_what_is_held_of_a_tag_comes_back_though_its_limit_was_switched_off(
    session: Session,
) -> None:
    new = LimitCreate(name="tag:db", limit=1)
    limits_service.create(session, DEFAULT_WORKSPACE, new, now=NOW)
    held = TagSlots(names=["db"], task_run_id=uuid4())
    tags.take(session, DEFAULT_WORKSPACE, held, now=NOW)

    def switch(active: bool) -> None:
        change = LimitUpdate(active=active)
        limits_service.update(session, DEFAULT_WORKSPACE, "tag:db", change, now=NOW)

    switch(False)
    tags.give_back(session, DEFAULT_WORKSPACE, held, now=NOW)
    switch(True)

    assert tags.get(session, DEFAULT_WORKSPACE, "db", now=NOW).active_slots == []
