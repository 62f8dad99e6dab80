"""Filters of templates that say numbers and times as people do: those of the humanize package, by
the names and with the results that they have on the clients' own server, in English."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from headwater.automations.rules.humanized import numbers
from headwater.automations.rules.humanized.lengths import say_length
from headwater.automations.rules.humanized.times import Times
from headwater.sandbox import Filters


def humanized_at(now: datetime) -> Filters:
    """Return the filters; what they say of a time is by *now*."""
    times = Times(now)
    filters: dict[str, Callable[..., Any]] = {
        "abs_timedelta": abs,
        "activate": _stay,
        "apnumber": numbers.spell,
        "clamp": numbers.clamp,
        "date_and_delta": times.split,
        "deactivate": lambda _: None,
        "decimal_separator": lambda _: ".",
        "fractional": numbers.write_fraction,
        "intcomma": numbers.group,
        "intword": numbers.name_power,
        "metric": numbers.write_metric,
        "naturaldate": times.say_date,
        "naturalday": times.say_day,
        "naturaldelta": say_length,
        "naturalsize": numbers.write_size,
        "naturaltime": times.say_time,
        "ordinal": numbers.rank,
        "precisedelta": times.say_precisely,
        "scientific": numbers.write_scientific,
        "thousands_separator": lambda _: ",",
    }
    return {f"humanize_{name}": change for name, change in filters.items()}


def _stay(locale: object, path: object = None) -> str:
    """Stay with English, whatever is asked for; nothing is put into the text."""
    return ""
