"""When a delivery that failed is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.errors import DeliveryError

# Seconds from one attempt to the next: 5 s, 30 s, 2 m, 10 m, 1 h, 3 h, 8 h, 16 h.
DELAYS = (5.0, 30.0, 120.0, 600.0, 3600.0, 10800.0, 28800.0, 57600.0)
MOST_ATTEMPTS = len(DELAYS) + 1
LONGEST_WAIT = 24 * 3600.0  # seconds, whatever a service asks for
LONGEST_LIFE = timedelta(hours=48)  # of what a service never lets through; it uses up no attempt
UNNAMED_WAIT = 30.0  # seconds, where a service says "too many" and not for how long


@dataclass(frozen=True)
class Verdict:
    """What follows from a failure. *again* is None for what is given up, with *reason*.

    Until *pause* nothing goes over the channel at all. *failures* counts those of the schedule.
    """

    again: datetime | None
    failures: int
    reason: str
    pause: datetime | None = None


def asked_by(error: DeliveryError) -> float:
    """Return for how many seconds the service wants nothing."""
    asked = UNNAMED_WAIT if error.limited else 0.0
    return min(asked if error.retry_after is None else error.retry_after, LONGEST_WAIT)


def judge(
    error: DeliveryError, failures: int, *, written: datetime, now: datetime, jitter: float
) -> Verdict:
    """Say what follows from *error*, after *failures* before it, for what was *written* then.

    *jitter* is between 0 and 1 and moves the delay by a fifth either way, so that what failed
    together does not come back together.
    """
    reason = str(error)
    if error.permanent:
        return Verdict(None, failures + 1, reason)
    asked = asked_by(error)
    pause = now + timedelta(seconds=asked) if asked else None
    if error.limited:
        if now - written > LONGEST_LIFE:
            return Verdict(None, failures, f"given up after two days: {reason}", pause)
        return Verdict(pause or now, failures, reason, pause)
    if failures + 1 >= MOST_ATTEMPTS:
        gave_up = f"given up after {MOST_ATTEMPTS} attempts: {reason}"
        return Verdict(None, failures + 1, gave_up, pause)
    delay = max(DELAYS[failures] * (0.8 + 0.4 * jitter), asked)
    return Verdict(now + timedelta(seconds=delay), failures + 1, reason, pause)
