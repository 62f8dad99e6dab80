"""When a new notification goes out, and in which state its deliveries begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Group:
    """News of one policy that are told together. *label* says to people what they share."""

    id: UUID
    label: str


@dataclass(frozen=True)
class Placed:
    """*state* is one of `DeliveryState`; *reason* says why it does not go out at once.

    What is held is so for its *group*, which is looked at when it is *due*.
    """

    state: str
    due: datetime
    reason: str | None = None
    group: Group | None = None


def find_patience(fallback_after: float, fallbacks: Sequence[str]) -> float | None:
    """Return for how many seconds a policy waits for channels that rest; None where there are no
    others."""
    return fallback_after if fallbacks else None
