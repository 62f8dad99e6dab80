"""How far a reader is, and in which order it takes events: no database, no clock."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.rules.bookmarks import (
    MOST_MISSING,
    Bookmark,
    read_missing,
    write_missing,
)
from headwater.automations.rules.ordering import PATIENCE as WAIT
from headwater.automations.rules.ordering import Place, order
from headwater.events.rules.settling import PATIENCE

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(st.permutations(range(1, 30)), st.integers(1, 7))
def test_each_position_is_read_once_in_whatever_order_they_are_committed(
    commits: list[int], at_once: int
) -> None:
    bookmark, committed, read = Bookmark(0), set[int](), []

    for start in range(0, len(commits), at_once):
        committed |= set(commits[start : start + at_once])
        new = sorted(one for one in committed if one > bookmark.position or one in bookmark.missing)
        read += new
        bookmark = bookmark.move(new, now=START)

    assert sorted(read) == list(range(1, 30))
    assert bookmark == Bookmark(29)


def test_what_is_missing_is_given_up_when_nobody_can_have_it_any_more() -> None:
    bookmark = Bookmark(1).move([3], now=START)

    assert not bookmark.is_impatient(now=START + PATIENCE - SECOND)
    assert bookmark.is_impatient(now=START + PATIENCE)
    assert bookmark.give_up(START - SECOND) == bookmark
    assert bookmark.give_up(START) == Bookmark(3)


def test_what_is_missing_is_bounded_and_the_latest_is_kept() -> None:
    bookmark = Bookmark(0).move([10 * MOST_MISSING], now=START)

    assert len(bookmark.missing) == MOST_MISSING
    assert max(bookmark.missing) == 10 * MOST_MISSING - 1


def test_what_is_missing_is_written_down() -> None:
    bookmark = Bookmark(1).move([4], now=START)

    assert read_missing(write_missing(bookmark)) == bookmark.missing
    assert [bookmark.has_read(one) for one in (1, 2, 4, 5)] == [True, False, True, False]


def place(number: int, follows: int | None = None, at: int = 0) -> Place:
    return Place(
        number,
        UUID(int=number),
        DEFAULT_WORKSPACE,
        START + at * SECOND,
        START,
        "a",
        None if follows is None else UUID(int=follows),
    )


def numbers(places: list[Place], *known: int, now: datetime = START) -> tuple[list[int], list[int]]:
    found = order(places, {UUID(int=one) for one in known}, now=now)
    return [one.position for one in found.ready], [one.position for one in found.waiting]


@pytest.mark.parametrize(
    ("places", "known", "ready", "waiting"),
    [
        ([place(1, at=2), place(2, at=1)], [], [2, 1], []),
        ([place(2), place(1)], [], [1, 2], []),
        ([place(1, follows=2), place(2, at=1)], [], [2, 1], []),
        ([place(1, follows=2), place(2, follows=3), place(3)], [], [3, 2, 1], []),
        ([place(1, follows=9)], [], [], [1]),
        ([place(1, follows=9)], [9], [1], []),
        ([place(1, follows=2), place(2, follows=9)], [], [], [2, 1]),
        ([place(1, follows=2), place(2, follows=9)], [9], [2, 1], []),
        ([place(1, follows=1)], [], [1], []),
        ([place(1, follows=2), place(2, follows=1)], [], [2, 1], []),
    ],
)
def test_events_go_by_their_time_each_behind_the_one_that_it_follows(
    places: list[Place], known: list[int], ready: list[int], waiting: list[int]
) -> None:
    assert numbers(places, *known) == (ready, waiting)


def test_who_waited_long_enough_waits_no_more() -> None:
    assert numbers([place(1, follows=9)], now=START + WAIT - SECOND) == ([], [1])
    assert numbers([place(1, follows=9)], now=START + WAIT) == ([1], [])


def test_a_long_line_of_events_that_follow_one_another_keeps_its_order() -> None:
    line = [place(number, follows=number - 1 or None, at=-number) for number in range(1, 15)]

    assert numbers(line) == (list(range(1, 15)), [])
