"""How fast messages may go over a channel: buckets of tokens, of which each message takes one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.notifications.channels import Rate


@dataclass(frozen=True)
class Bucket:
    """The *tokens* that there were *at* a time."""

    tokens: float
    at: datetime

    def filled(self, rate: Rate, now: datetime) -> "Bucket":
        """Return the bucket as it is *now*. A clock that went back takes nothing away."""
        passed = max(0.0, (now - self.at).total_seconds())
        return Bucket(min(rate.burst, self.tokens + passed * rate.per_second), max(now, self.at))

    def without_one(self) -> "Bucket | None":
        """Return what is left after one message, or None where there is not enough for it."""
        # What time adds up to a whole token may lack the last digits of it.
        return Bucket(max(0.0, self.tokens - 1), self.at) if self.tokens > 1 - 1e-6 else None

    def next_token(self, rate: Rate) -> datetime:
        """Return when there is enough for one message."""
        wait = timedelta(seconds=max(0.0, 1 - self.tokens) / rate.per_second)
        return self.at + wait + timedelta.resolution  # which times are rounded by, perhaps down


@dataclass(frozen=True)
class Source:
    """Whose bucket tokens are taken of, and how that fills."""

    key: str
    rate: Rate


@dataclass(frozen=True)
class Meter:
    """All of which each of a channel's messages takes a token."""

    sources: tuple[Source, ...]
