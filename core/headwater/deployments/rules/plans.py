"""How far ahead runs are made of a schedule, and when it is to be looked at again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Bounds:
    """There are to be *min_runs* ahead at least, reaching *min_time* ahead at least; never more
    than *max_runs* are made at once, and none that are due after the *horizon*."""

    min_runs: int = 3
    max_runs: int = 100
    min_time: timedelta = timedelta(hours=1)
    horizon: timedelta = timedelta(days=100)


@dataclass(frozen=True)
class Plan:
    """*next_look* is when there will be too few runs ahead; None: there are no more dates."""

    dates: list[datetime]
    next_look: datetime | None


def plan(dates: Iterator[datetime], bounds: Bounds, now: datetime) -> Plan:
    """Choose from the *dates* that follow *now*, which may have no end."""
    chosen: list[datetime] = []
    for date in dates:
        if date > now + bounds.horizon:
            return Plan(chosen, date - bounds.horizon)
        chosen.append(date)
        reaches = date >= now + bounds.min_time
        if len(chosen) >= bounds.max_runs or (reaches and len(chosen) >= bounds.min_runs):
            return Plan(chosen, max(_find_next_look(chosen, bounds), now + MOMENT))
    return Plan(chosen, None)


def _find_next_look(chosen: list[datetime], bounds: Bounds) -> datetime:
    """Return when fewer than wanted will be ahead, or they reach less far."""
    few = chosen[-min(bounds.min_runs, len(chosen))]
    near = chosen[-1] - bounds.min_time
    # Where the most that are made at once do not reach so far, it is their number that counts.
    return few if len(chosen) >= bounds.max_runs else min(few, near)
