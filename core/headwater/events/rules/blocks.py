"""Blocks of the event log, and which events of one have to do with which resource."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

# Positions. The more, the fewer rows name a resource; but those of the last one are looked at.
BLOCK = 2000


class Mentions(NamedTuple):
    """The places in a block of events *about* a resource, and of those to which it is *related*."""

    about: list[int]
    related: list[int]


class Mentioning(NamedTuple):
    """An event, as much of it as is indexed."""

    position: int
    workspace: UUID
    resource_id: str
    related_ids: Sequence[str]


def gather(events: Iterable[Mentioning]) -> dict[UUID, dict[str, Mentions]]:
    """Return for each workspace which of a block's events have to do with which resource."""
    found: dict[UUID, defaultdict[str, Mentions]] = {}
    for event in events:
        place = event.position % BLOCK
        resources = found.get(event.workspace)
        if resources is None:
            resources = found[event.workspace] = defaultdict(lambda: Mentions([], []))
        resources[event.resource_id].about.append(place)
        for own in set(event.related_ids):
            resources[own].related.append(place)
    return dict(found)


def after_prefix(prefix: str) -> str | None:
    """Return the first text, by code points, after all that begin so; None: there is none."""
    for end in range(len(prefix), 0, -1):
        last = ord(prefix[end - 1])
        if last < 0x10FFFF:
            # Surrogates are in no text.
            return prefix[: end - 1] + chr(0xE000 if last == 0xD7FF else last + 1)
    return None
