"""Which channels are told that what failed works again, and in which order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

OVER = "it recovered before it was told"  # the reason of what is dropped
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Telling:
    """How a problem went over one channel, all its messages together."""

    channel_id: UUID
    was_sent: bool  # or is being sent
    was_tried: bool  # though given up since nothing of it is left to tell
    was_lost: bool


def order_key(policy_id: UUID, subject_id: UUID) -> UUID:
    """Return what the messages share of which a recovery never overtakes its problem."""
    return uuid5(policy_id, str(subject_id))


def number(now: datetime, latest: int = 0) -> int:
    """Return where a message stands in its order: after *latest*, be the clocks apart."""
    return max((now - _EPOCH) // timedelta(microseconds=1), latest + 1)


def judge(telling: Telling) -> str:
    """Return the `Problem` that the recovery over this channel has."""
    if telling.was_sent:
        return "told"
    if telling.was_tried:
        return "unsure"
    return "lost" if telling.was_lost else "untried"
