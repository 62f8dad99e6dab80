"""Priorities of the queues of a pool: whole numbers from 1, each had by one queue."""

from collections.abc import Mapping, Sequence
from uuid import UUID


def first_free(taken: Sequence[int]) -> int:
    """Return the lowest priority that no queue has."""
    known = set(taken)
    return next(number for number in range(1, len(known) + 2) if number not in known)


def make_room(others: Mapping[UUID, int], wanted: int) -> dict[UUID, int]:
    """Return the new priorities of those of *others* that must step back for *wanted*.

    Each steps back by one, and only as far as the numbers follow each other: a gap ends it.
    """
    moved: dict[UUID, int] = {}
    taken = wanted
    for queue, priority in sorted(others.items(), key=lambda item: (item[1], item[0])):
        if priority < wanted:
            continue
        if priority > taken:
            break
        taken += 1
        moved[queue] = taken
    return moved
