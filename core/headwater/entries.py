"""What installed distributions offer by name: their entry points."""

import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from typing import Any


def list_entries(group: str) -> Iterable[EntryPoint]:
    found: Iterable[EntryPoint] = _read_all(tuple(sys.path)).select(group=group)
    return found


def distribution_of(entry: EntryPoint) -> str:
    return (_name(entry.dist) if entry.dist else "") or "?"


@cache  # each look reads a file of every distribution there is
def _read_all(_path: tuple[str, ...]) -> Any:  # Python 3.12 has another type for them
    return entry_points()


@cache  # it is read from all that a distribution says of itself
def _name(distribution: Distribution) -> str:
    return distribution.name
