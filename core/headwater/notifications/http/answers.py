"""What a service answered, and what failure that is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from headwater.errors import DeliveryError

FOR_NOW = frozenset({408, 425, 429})  # statuses below 500 that say nothing against the message
TOO_MANY = 429
LONGEST_REASON = 300  # characters


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    retry_after: float | None  # seconds
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case

    @property
    def json(self) -> Any:
        """What the text is as JSON; None where it is none."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @property
    def said(self) -> dict[str, Any]:
        """The JSON object that the text is; an empty one where it is none."""
        document = self.json
        return document if isinstance(document, dict) else {}


def refusal(
    service: str, answer: Answer, reason: str | None = None, *, wait: Any = None
) -> DeliveryError:
    """Return the failure that *answer* is by its status; *reason*, else its text, says why.

    *wait* is how many seconds a service that has too many asks for elsewhere than by Retry-After;
    what is no number asks for nothing.

    An answer that is no failure by its status is a final one: whoever gave it took the message.
    """
    limited = answer.status == TOO_MANY
    retry_after = answer.retry_after
    if limited and retry_after is None and isinstance(wait, int | float):
        retry_after = _bounded(wait)
    said = " ".join((answer.text if reason is None else reason).split())[:LONGEST_REASON]
    return DeliveryError(
        f"{service} answered {answer.status}: {said or 'no reason'}",
        permanent=answer.status < 500 and answer.status not in FOR_NOW,
        retry_after=retry_after,
        limited=limited,
    )


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
    return _bounded(seconds)


def seconds_until(epoch: str, now: datetime) -> float | None:
    """Return the seconds until that second of the epoch, as which some services say when to ask."""
    try:
        return float(epoch) - now.timestamp()
    except ValueError:
        return None


def _bounded(seconds: float) -> float | None:
    return max(0.0, seconds) if seconds < float("inf") else None
