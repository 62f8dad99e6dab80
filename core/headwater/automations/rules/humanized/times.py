"""Times as people say them, by what time it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from headwater.automations.rules.humanized.lengths import say_length, say_precisely

FAR = 5 * 365 / 12  # days, from which on a date is said with its year


@dataclass(frozen=True)
class Times:
    """Says times by what time it is *now*. One without a zone is of UTC."""

    now: datetime

    def split(self, value: Any) -> tuple[Any, Any]:
        """Return the time of what is a time, or was so long or many seconds ago, and how long ago
        that was; None and the value for what is neither."""
        return self._split(value, self.now)

    def say_time(
        self,
        value: Any,
        future: bool = False,
        months: bool = True,
        minimum_unit: str = "seconds",
        when: datetime | None = None,
    ) -> str:
        """Return 2 hours ago; *future* says of numbers that they lie ahead."""
        now = _aware(when) if when else self.now
        at, length = self._split(value, now)
        if at is None:
            return str(value)
        if isinstance(value, datetime | timedelta):
            future = at > now
        said = say_length(length, months, minimum_unit)
        return "now" if said == "a moment" else f"{said} {'from now' if future else 'ago'}"

    def say_day(self, value: Any) -> str:
        """Return today, or Nov 27."""
        return self._say_day(value, "%b %d")

    def say_date(self, value: Any) -> str:
        """Return today or Nov 27, with the year where that is far away."""
        far = isinstance(value, date) and abs(self._days_to(value)) >= FAR
        return self._say_day(value, "%b %d %Y" if far else "%b %d")

    def say_precisely(
        self,
        value: Any,
        minimum_unit: str = "seconds",
        suppress: Iterable[str] = (),
        format: str = "%0.2f",  # noqa: A002  # templates name it
    ) -> str:
        """Return 1 day, 3 hours and 2.50 seconds, without the units to *suppress*."""
        at, length = self._split(value, self.now, precise=True)
        return str(value) if at is None else say_precisely(length, minimum_unit, suppress, format)

    def _split(self, value: Any, now: datetime, *, precise: bool = False) -> tuple[Any, Any]:
        if isinstance(value, datetime):
            return _aware(value), abs(now - _aware(value))
        if not isinstance(value, timedelta):
            try:
                value = timedelta(seconds=value if precise else round(value))
            except (TypeError, ValueError):
                return None, value
        return now - value, abs(value)

    def _days_to(self, value: date) -> int:
        zone = value.tzinfo if isinstance(value, datetime) else None
        today = self.now.astimezone(zone or UTC).date()
        return (date(value.year, value.month, value.day) - today).days

    def _say_day(self, value: Any, form: str) -> str:
        if not isinstance(value, date):
            return str(value)
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(self._days_to(value))
        return near or date(value.year, value.month, value.day).strftime(form)


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
