"""In which order events are evaluated, and which have to wait: those whose leader is unknown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

PATIENCE = timedelta(minutes=15)  # how long an event waits for the one that it follows
DEPTH = 20  # of events that wait for one another


@dataclass(frozen=True)
class Place:
    """Where an event stands in the log, and which event it *follows*."""

    position: int
    id: UUID
    workspace: UUID
    occurred: datetime
    received: datetime
    event: str
    follows: UUID | None

    @property
    def patience_ends(self) -> datetime:
        return self.received + PATIENCE


@dataclass(frozen=True)
class Order:
    ready: Sequence[Place]
    waiting: Sequence[Place]


def order(places: Collection[Place], known: Collection[UUID], *, now: datetime) -> Order:
    """Sort events by their time, each behind the one that it follows.

    *known* are leaders that were evaluated before. Who waited long enough waits no more.
    """
    by_id = {place.id: place for place in places}
    ready: dict[UUID, Place] = {}
    waiting: dict[UUID, Place] = {}
    for place in sorted(places, key=lambda one: (one.occurred, one.position)):
        for one in reversed(_line_before(place, by_id)):
            if one.id in ready or one.id in waiting:
                continue
            goes = one.patience_ends <= now or _may_go(one, by_id, known, waiting)
            (ready if goes else waiting)[one.id] = one
    return Order(list(ready.values()), list(waiting.values()))


def _line_before(place: Place, by_id: Mapping[UUID, Place]) -> list[Place]:
    """Return an event and those before it that are here, the leader last."""
    line = [place]
    while len(line) < DEPTH:
        follows = line[-1].follows
        leader = by_id.get(follows) if follows is not None else None
        if leader is None or leader in line:
            break
        line.append(leader)
    return line


def _may_go(
    place: Place,
    by_id: Collection[UUID],
    known: Collection[UUID],
    waiting: Collection[UUID],
) -> bool:
    leader = place.follows
    if leader is None or leader == place.id:
        return True
    # One that is here and does not wait went before, unless the two follow one another.
    return leader not in waiting if leader in by_id else leader in known
