"""How slots decay, when there is room for more, and when to ask again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SHORTEST_WAIT = 0.1  # seconds; also the least that a slot is taken to be held for
# A waiter asks again this soon, however long slots are held on average: one that was given back
# must not lie idle because who waits for it was told to sleep.
TICK = 1.0  # seconds
# Of slots that decay it is known when there will be room; nobody else gives them back sooner.
LONGEST_WAIT = 30.0  # seconds
JITTER = 0.3  # so that those who were turned away together do not come back together


@dataclass(frozen=True)
class Loose:
    """Slots taken without a lease, as they were at *since*, of which *decay* a second go away."""

    slots: int
    since: datetime
    decay: float

    def at(self, now: datetime) -> "Loose":
        """Return what is left of them. Parts of a slot that have decayed are not forgotten."""
        if not self.decay or not self.slots:
            return Loose(self.slots, now, self.decay)
        gone = max(0.0, (now - self.since).total_seconds()) * self.decay
        if gone >= self.slots:
            return Loose(0, now, self.decay)
        since = self.since + timedelta(seconds=int(gone) / self.decay)
        return Loose(self.slots - int(gone), since, self.decay)


@dataclass(frozen=True)
class Room:
    """A limit as somebody asks for slots of it. *occupancy*: seconds that a slot is held for."""

    limit: int
    loose: Loose
    leased: int
    occupancy: float

    @property
    def taken(self) -> int:
        return self.loose.slots + (0 if self.loose.decay else self.leased)

    def has(self, slots: int) -> bool:
        return self.taken + slots <= self.limit

    def wait(self, slots: int, now: datetime, chance: float) -> float:
        """Return in how many seconds to ask again; *chance*, in [0, 1), is for jitter."""
        decay = self.loose.decay
        if decay:
            missing = self.taken + slots - self.limit
            since = (now - self.loose.since).total_seconds()
            wait = min(missing / decay - since, LONGEST_WAIT)
            # Not before there is room: whoever asks earlier asks in vain.
            return max(wait, SHORTEST_WAIT) * (1 + JITTER * chance)
        turn = max(self.occupancy, SHORTEST_WAIT) * slots / max(self.limit, 1)
        return max(min(turn, TICK) * (1 - JITTER * chance), SHORTEST_WAIT)


def follow_occupancy(average: float, limit: int, slots: int, seconds: float) -> float:
    """Return the average time that a slot is held for, now that *slots* were for *seconds*.

    Source: prefect 3.9's own server weighs each return with 1 / (2 * limit).
    """
    weight = 1 / (2 * max(limit, 1))
    return average + (max(seconds / slots, SHORTEST_WAIT) - average) * weight
