"""Filters of templates that say numbers and times as people do, in English: those of the humanize
package, by the names that they have on the clients' own server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, wraps
from inspect import signature
from typing import Any

from headwater.sandbox import Filters, check_braces, check_percent

MOST_DIGITS = 100
FAR = 5 * 365 / 12  # days, from which on a date is said with its year


def humanized_at(now: datetime) -> Filters:
    """Return the filters; what they say of a time is by *now*."""
    times = Times(now)
    timed: dict[str, Callable[..., Any]] = {
        "date_and_delta": times.split,
        "naturaldate": times.say_date,
        "naturalday": times.say_day,
        "naturaltime": times.say_time,
    }
    return {f"humanize_{name}": change for name, change in {**_timeless(), **timed}.items()}


@cache
def _timeless() -> Mapping[str, Callable[..., Any]]:
    import humanize  # late: few processes do actions

    return {
        "abs_timedelta": abs,
        "activate": _stay,
        "apnumber": humanize.apnumber,
        "clamp": _clamp,
        "deactivate": lambda _: None,
        "decimal_separator": lambda _: humanize.decimal_separator(),
        "fractional": humanize.fractional,
        "intcomma": _bounded(humanize.intcomma, ndigits=_check_digits),
        "intword": _bounded(humanize.intword, format=check_percent),
        "metric": _bounded(humanize.metric, precision=_check_digits),
        "naturaldelta": humanize.naturaldelta,
        "naturalsize": _bounded(humanize.naturalsize, format=check_percent),
        "ordinal": humanize.ordinal,
        "precisedelta": _bounded(humanize.precisedelta, format=check_percent),
        "scientific": _bounded(humanize.scientific, precision=_check_digits),
        "thousands_separator": lambda _: humanize.thousands_separator(),
    }


def _bounded(change: Callable[..., str], **checks: Callable[[Any], None]) -> Callable[..., str]:
    """Return a filter whose arguments are checked: none makes a long text of a short value."""
    parameters = signature(change)

    @wraps(change)
    def bounded(*values: Any, **named: Any) -> str:
        given = parameters.bind(*values, **named).arguments
        for name, check in checks.items():
            if name in given:
                check(given[name])
        return change(*values, **named)

    return bounded


def _check_digits(wanted: Any) -> None:
    if wanted is not None and int(wanted) > MOST_DIGITS:
        raise ValueError(f"{MOST_DIGITS} digits at most")


def _clamp(
    value: float | None,
    floor: float | None = None,
    ceil: float | None = None,
    format: str = "{:}",  # noqa: A002  # templates name it
    floor_token: str = "<",  # noqa: S107  # no secret
    ceil_token: str = ">",  # noqa: S107  # no secret
) -> str | None:
    """Return what humanize's own does, which takes its arguments in another order."""
    from humanize import clamp

    check_braces(format)
    return clamp(value, format, floor, ceil, floor_token, ceil_token)


def _stay(locale: object, path: object = None) -> str:
    """Stay with English, whatever is asked for; nothing is put into the text."""
    return ""


@dataclass(frozen=True)
class Times:
    """Says times by what time it is *now*, which humanize asks the clock for. One without a zone is
    of UTC."""

    now: datetime

    def split(self, value: Any) -> tuple[Any, Any]:
        """Return the time of what is a time, or was so long or many seconds ago, and how long ago
        that was; None and the value for what is neither."""
        if isinstance(value, datetime):
            at = value if value.tzinfo else value.replace(tzinfo=UTC)
            return at, abs(self.now - at)
        try:
            length = value if isinstance(value, timedelta) else timedelta(seconds=round(value))
        except (TypeError, ValueError):
            return None, value
        return self.now - length, abs(length)

    def say_time(
        self,
        value: Any,
        future: bool = False,
        months: bool = True,
        minimum_unit: str = "seconds",
        when: datetime | None = None,
    ) -> str:
        """Return 2 hours ago; *future* says of numbers that they lie ahead."""
        from humanize import naturaltime

        if isinstance(value, datetime):
            value = _without_zone(value)
        return naturaltime(value, future, months, minimum_unit, _without_zone(when or self.now))

    def say_day(self, value: Any) -> str:
        """Return today, or Nov 27."""
        return self._say_day(value, "%b %d")

    def say_date(self, value: Any) -> str:
        """Return today or Nov 27, with the year where that is far away."""
        far = isinstance(value, date) and abs(self._days_to(value)) >= FAR
        return self._say_day(value, "%b %d %Y" if far else "%b %d")

    def _days_to(self, value: date) -> int:
        zone = value.tzinfo if isinstance(value, datetime) else None
        today = self.now.astimezone(zone or UTC).date()
        return (date(value.year, value.month, value.day) - today).days

    def _say_day(self, value: Any, form: str) -> str:
        if not isinstance(value, date):
            return str(value)
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(self._days_to(value))
        return near or date(value.year, value.month, value.day).strftime(form)


def _without_zone(time: datetime) -> datetime:
    """Return a time in UTC: humanize takes those with a zone to the machine's, where hours are
    missing and twice."""
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
