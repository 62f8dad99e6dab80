"""When an action is tried again that nobody answered, or that met a fault."""

from datetime import datetime, timedelta

WAITS = (5.0, 30.0, 120.0, 600.0)  # seconds before each further try
JITTER = 0.2


def retry_at(attempts: int, *, jitter: float, now: datetime) -> datetime | None:
    """Return when to try again after so many *attempts*, None: not at all. *jitter* is 0 to 1."""
    if attempts > len(WAITS):
        return None
    return now + timedelta(seconds=WAITS[attempts - 1] * (1 + JITTER * (2 * jitter - 1)))
