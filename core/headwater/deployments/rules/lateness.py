"""Which runs of a schedule are still begun when nobody began them in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from headwater.deployments.schemas.schedules import LateRuns

# A worker that was started anew, or asks rarely, is no reason to skip a run.
SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Lateness:
    """Which late runs are wanted, and none that are late by more than *at_most*."""

    which: LateRuns = LateRuns.ALL
    at_most: timedelta | None = None

    def ends(self, dues: Sequence[datetime]) -> list[datetime | None]:
        """Return when each of a schedule's runs is skipped, None: never. *dues* are their times,
        the first first; the last of them has none after it."""
        return [self._end(due, following) for due, following in zip_longest(dues, dues[1:])]

    def _end(self, due: datetime, following: datetime | None) -> datetime | None:
        ends = []
        if self.at_most is not None:
            ends.append(due + self.at_most)
        if self.which is LateRuns.NONE:
            ends.append(due + SOON)
        if self.which is LateRuns.LATEST and following is not None:
            ends.append(following)
        return min(ends, default=None)


@dataclass(frozen=True)
class Before:
    """A schedule that is replaced: *schedule* is its JSON."""

    slug: str | None
    schedule: dict[str, Any]
    lateness: Lateness


def take_after(
    slug: str | None, schedule: dict[str, Any], before: Sequence[Before], *, alone: bool
) -> Lateness:
    """Return what holds for a new schedule that says nothing of late runs: what held for the one
    in whose place it is. The clients replace schedules with each deploy, and know nothing of it.

    *alone* says that it is the only new one.
    """
    if alone and len(before) == 1:
        return before[0].lateness
    for each in before:
        if slug is not None and each.slug == slug:
            return each.lateness
    for each in before:
        if _timing(each.schedule) == _timing(schedule):
            return each.lateness
    return Lateness()


def _timing(schedule: dict[str, Any]) -> dict[str, Any]:
    # Where none is given, an interval is anchored at the time of its deploy.
    return {name: value for name, value in schedule.items() if name != "anchor_date"}
