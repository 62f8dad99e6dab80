"""What a service answered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    retry_after: float | None  # seconds


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After of seconds or of an HTTP date asks for, if any."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        seconds = ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
    return max(0.0, seconds) if seconds < float("inf") else None
