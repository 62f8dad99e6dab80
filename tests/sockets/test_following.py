"""Following a table: which positions are looked for, and whom a fault costs what."""

from collections.abc import Callable, Iterator
from threading import Event
from threading import enumerate as list_threads
from typing import Any

import pytest
from flask import Flask

from headwater.web.sockets.following import (
    LONGEST_REST,
    MOST_HOLES,
    NEWEST,
    PART,
    PATIENCE,
    Follower,
    Look,
    Positions,
    TellEach,
    rest_after,
)

SOON = 10.0  # seconds, for what happens at once
TOPIC = "tests"


def test_positions_missing_below_the_last_are_looked_for() -> None:
    positions = Positions([8, 7, 5], 0.0)

    assert (positions.cursor, positions.holes(0.0)) == (8, [1, 2, 3, 4, 6])


def test_what_is_far_below_the_last_position_is_not_missed() -> None:
    positions = Positions(range(10_000, 10_000 - NEWEST, -1), 0.0)

    assert positions.holes(0.0) == []


def test_a_position_that_comes_late_is_missed_no_more() -> None:
    positions = Positions([], 0.0)
    positions.see([1, 4], 0.0)
    assert positions.holes(1.0) == [2, 3]

    positions.see([3], 1.0)

    assert (positions.cursor, positions.holes(1.0)) == (4, [2])


def test_a_position_is_missed_as_long_as_a_unit_of_work_may_last() -> None:
    positions = Positions([], 0.0)
    positions.see([2], 0.0)
    positions.see([4], 5.0)

    assert positions.holes(PATIENCE) == [3]
    assert positions.holes(PATIENCE + 5.0) == []


def test_of_many_that_are_missing_the_last_are_looked_for() -> None:
    positions = Positions([], 0.0)
    positions.see([10 * MOST_HOLES], 0.0)

    holes = positions.holes(0.0)
    assert (len(holes), holes[-1]) == (MOST_HOLES, 10 * MOST_HOLES - 1)


class Subscription:
    def __init__(self, error: Exception | None = None) -> None:
        self.is_over = False
        self.told, self.parted = Event(), Event()
        self._error = error

    def tell(self) -> None:
        if self._error is not None:
            raise self._error
        self.told.set()

    def give_up(self) -> None:
        self.parted.set()


@pytest.fixture
def follow(app: Flask) -> Iterator[Callable[..., None]]:
    """Return what lets subscriptions follow by a look, and ends it all after the test."""
    following: list[Subscription] = []

    def begin(look: Look[Subscription], *subscriptions: Subscription, **more: Any) -> None:
        follower = Follower(TOPIC, lambda: look, **more)
        for one in subscriptions:
            following.append(one)
            follower.add(one)

    yield begin
    for one in following:
        one.is_over = True
    for thread in list_threads():
        if thread.name == f"following-{TOPIC}":
            thread.join(SOON)
            assert not thread.is_alive()


def test_a_fault_costs_the_one_that_it_befell(follow: Callable[..., None]) -> None:
    def look(tell_each: TellEach[Subscription]) -> bool:
        tell_each(Subscription.tell)
        return False

    bad, good = Subscription(ValueError("a bug")), Subscription()
    follow(look, bad, good)

    assert bad.parted.wait(SOON)
    assert good.told.wait(SOON)
    assert not good.parted.is_set()


def test_a_look_that_fails_is_not_the_last(follow: Callable[..., None]) -> None:
    errors = iter([ValueError("a bug")])

    def look(tell_each: TellEach[Subscription]) -> bool:
        if error := next(errors, None):
            raise error
        tell_each(Subscription.tell)
        return False

    one = Subscription()
    follow(look, one)

    assert one.told.wait(SOON)


@pytest.mark.parametrize(("told", "seconds"), [(0, 0.0), (10, 0.005), (10_000, LONGEST_REST)])
def test_the_more_are_told_the_longer_it_rests_up_to_a_limit(told: int, seconds: float) -> None:
    assert rest_after(told) == seconds


def test_many_are_told_in_parts_with_a_rest_after_each(follow: Callable[..., None]) -> None:
    many = [Subscription() for _ in range(2 * PART + 1)]
    all_here, rests = Event(), list[tuple[int, float]]()

    def rest(seconds: float) -> None:
        rests.append((sum(one.told.is_set() for one in many), seconds))

    def look(tell_each: TellEach[Subscription]) -> bool:
        all_here.wait(SOON)
        if not rests:
            tell_each(Subscription.tell)
        return False

    follow(look, *many, rest=rest)
    all_here.set()

    assert many[0].told.wait(SOON)
    assert all(one.told.wait(SOON) for one in many)
    assert [count for count, _ in rests[:2]] == [PART, 2 * PART]
    assert rests[0][1] == pytest.approx(PART * 0.0005)
