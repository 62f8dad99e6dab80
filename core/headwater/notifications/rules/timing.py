"""When a new notification goes out, and in which state its deliveries begin."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Placed:
    """*state* is one of `DeliveryState`; *reason* says why it does not go out at once."""

    state: str
    due: datetime
    reason: str | None = None


def place(now: datetime) -> Placed:
    """Return where the deliveries of what happened *now* begin."""
    return Placed("pending", now)
