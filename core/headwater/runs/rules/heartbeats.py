"""What heartbeats tell of a run, and how long one may be without."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from headwater.runs.schemas.states import StateType

MISSED = 3  # heartbeats, after which a run counts as silent
BEATING = frozenset({StateType.RUNNING, StateType.CANCELLING})


@dataclass(frozen=True)
class Patience:
    """Heartbeats do not say how many there are to be: *frequency* holds until that is known. No run
    is silent before *grace* is over."""

    frequency: timedelta
    grace: timedelta

    def with_one(self, frequency: float | None) -> timedelta:
        """Return for how long a run with that many seconds between heartbeats may be silent."""
        each = self.frequency if frequency is None else timedelta(seconds=frequency)
        return max(MISSED * each, self.grace)


@dataclass(frozen=True)
class Heartbeat:
    """The last heartbeat of a run in its Running state *state_id*, see the table."""

    state_id: UUID
    occurred: datetime
    received: datetime
    gap: float | None = None
    frequency: float | None = None


def beat(last: Heartbeat | None, state_id: UUID, occurred: datetime, now: datetime) -> Heartbeat:
    """Return what is known with one more heartbeat.

    The frequency is the longer of the last two gaps: one may be short since a straggler of the
    run's attempt before came into this one, and a long one, after a lost beat, is forgotten again.
    """
    if last is None or last.state_id != state_id:
        return Heartbeat(state_id, occurred, now)
    if occurred <= last.occurred:  # they came in another order
        return replace(last, received=now)
    gap = (occurred - last.occurred).total_seconds()
    frequency = last.frequency if last.gap is None else max(last.gap, gap)
    return Heartbeat(state_id, occurred, now, gap, frequency)


def word(received: datetime, frequency: float | None, now: datetime) -> str:
    """Return why a run is called crashed."""
    silence = round((now - received).total_seconds())
    known = "" if frequency is None else f"; they had come every {round(frequency)} seconds"
    return (
        f"The flow run went silent: its last heartbeat came at {received:%Y-%m-%d %H:%M:%S} UTC, "
        f"{silence} seconds ago{known}."
    )
