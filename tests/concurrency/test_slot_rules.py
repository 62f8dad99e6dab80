"""When there is room, when to ask again, and how slots decay."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from headwater.concurrency.rules.slots import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    TICK,
    Loose,
    Room,
    follow_occupancy,
)
from tests.concurrency.conftest import NOW, at

decays = st.floats(0, 1e12) | st.just(1e308)


@given(slots=st.integers(0, 2**31 - 1), decay=decays, steps=st.lists(st.floats(0, 1e6), max_size=8))
def test_slots_decay_alike_however_often_they_are_looked_at(
    slots: int, decay: float, steps: list[float]
) -> None:
    looked, now = Loose(slots, NOW, decay), NOW
    for step in steps:
        now += timedelta(seconds=step)
        looked = looked.at(now)

    once = Loose(slots, NOW, decay).at(now)
    assert 0 <= looked.slots <= slots
    # Times are whole microseconds, in which many slots may decay.
    assert abs(looked.slots - once.slots) <= 1 + (len(steps) + 1) * decay / 1e6


def test_a_clock_that_goes_back_takes_no_slots() -> None:
    assert Loose(3, at(10), 1.0).at(NOW) == Loose(3, at(10), 1.0)


@given(
    limit=st.integers(0, 2**31 - 1),
    taken=st.integers(0, 2**31 - 1),
    slots=st.integers(1, 2**31 - 1),
    decay=decays,
    occupancy=st.floats(0, 1e9),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_who_waits_neither_storms_nor_sleeps_for_long(
    limit: int, taken: int, slots: int, decay: float, occupancy: float, chance: float
) -> None:
    room = Room(limit, Loose(taken, NOW, decay), 0, occupancy)
    if room.has(slots):
        return

    wait = room.wait(slots, NOW, chance)

    assert SHORTEST_WAIT <= wait <= (LONGEST_WAIT * 1.3 if decay else TICK)


def test_who_waits_for_decay_comes_when_there_is_room() -> None:
    loose = Loose(3, NOW, 0.5)
    wait = Room(3, loose, 0, 2.0).wait(1, at(0.5), 0.0)

    assert wait == 1.5
    assert Room(3, loose.at(at(0.5 + wait)), 0, 2.0).has(1)


@given(
    average=st.floats(0.1, 1e6),
    limit=st.integers(0, 100),
    slots=st.integers(1, 100),
    seconds=st.floats(0, 1e6),
)
def test_an_average_goes_towards_what_was(
    average: float, limit: int, slots: int, seconds: float
) -> None:
    after = follow_occupancy(average, limit, slots, seconds)

    low, high = sorted((average, max(seconds / slots, SHORTEST_WAIT)))
    assert low * (1 - 1e-9) <= after <= high * (1 + 1e-9)
