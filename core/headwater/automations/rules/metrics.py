"""What flow runs come to in numbers, and when a metric trigger fires by one.

Which runs count, from when to when, is as the clients' documentation has it ("Metric triggers" of
its page on custom triggers): all by the events of their states, and by when those occurred.
"""

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from headwater.automations.rules.windows import Fired, shift
from headwater.automations.schemas.triggers import MetricName, MetricQuery, MetricTrigger

EVERY = timedelta(seconds=30)  # how often a metric is looked at
BREAK = timedelta(minutes=3)  # without a look, after which nobody knows that a comparison held
TERMINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Entered:
    """That a flow run entered a state of some type, *late* if that is one of being late."""

    run: str
    at: datetime
    type: str
    late: bool


@dataclass(frozen=True)
class Gauge:
    """What a metric trigger knows: when to look next, *since* when its comparison holds, and
    whether it fired by that."""

    due: datetime
    since: datetime | None = None
    fired: bool = False


def measure(query: MetricQuery, entered: Iterable[Entered], *, now: datetime) -> float | None:
    """Return a metric of the time before now, None if there was nothing to measure: the average
    of seconds for lateness and duration, and from 0 to 1 for successes."""
    runs: dict[str, list[Entered]] = defaultdict(list)
    for one in sorted(entered, key=lambda one: one.at):
        if one.at <= now:
            runs[one.run].append(one)
    first = shift(now, -timedelta(seconds=query.range))
    figures = [one for run in runs.values() for one in _MEASURES[query.name](run, first)]
    return fmean(figures) if figures else None


def look(
    trigger: MetricTrigger, gauge: Gauge, value: float | None, *, now: datetime
) -> tuple[Gauge, Fired | None]:
    """Compare a metric; fire once it was beyond the threshold for as long as is asked for, and
    resolve that as soon as it is not."""
    query, due = trigger.metric, now + EVERY
    if value is None or not _COMPARE[query.operator](value, query.threshold):
        over = Fired(trigger.id, now, {}, None, value=value, resolved=True)
        return Gauge(due), over if gauge.fired else None
    known = gauge.since is not None and now < gauge.due + BREAK
    since = gauge.since if gauge.since is not None and known else now
    if gauge.fired:
        return Gauge(due, since, fired=True), None
    ends = shift(since, timedelta(seconds=query.firing_for))
    if now < ends:
        return Gauge(min(due, ends), since), None
    return Gauge(due, since, fired=True), Fired(trigger.id, now, {}, None, value=value)


def _successes(run: Sequence[Entered], first: datetime) -> Iterator[float]:
    """Yield 1 for a run that was pending and has not failed since, be it by another attempt."""
    if any(one.type == "PENDING" and one.at > first for one in run):
        yield float(run[-1].type not in ("FAILED", "CRASHED"))


def _durations(run: Sequence[Entered], first: datetime) -> Iterator[float]:
    """Yield for how many seconds a run was running when it ended."""
    since = None
    for one in run:
        if one.type == "RUNNING":
            since = since or one.at
        elif one.type in TERMINAL:
            if since is not None and one.at > first:
                yield (one.at - since).total_seconds()
            since = None
        elif one.type != "CANCELLING":
            since = None


def _latenesses(run: Sequence[Entered], first: datetime) -> Iterator[float]:
    """Yield for how many seconds a run was late when it began or crashed."""
    since = None
    for one in run:
        if one.late:
            since = since or one.at
        elif one.type in ("RUNNING", "CRASHED"):
            if since is not None and one.at > first:
                yield (one.at - since).total_seconds()
            since = None
        elif one.type != "PENDING":
            since = None


_MEASURES: Mapping[MetricName, Callable[[Sequence[Entered], datetime], Iterator[float]]] = {
    MetricName.SUCCESSES: _successes,
    MetricName.DURATION: _durations,
    MetricName.LATENESS: _latenesses,
}
