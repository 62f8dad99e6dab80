"""Puts figures and counts into Prometheus' words; docs/metrics.md says what each means."""

import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from headwater.metrics.service.counts import BOUNDS, OUTCOMES, Counts
from headwater.metrics.service.figures import Figures
from headwater.web.counting import Requests

if TYPE_CHECKING:
    from prometheus_client import Metric

Sample = tuple[Sequence[str], float]


@dataclass(frozen=True)
class Scrape:
    """What one answer tells. Without *figures*, since the database is away, all else is told."""

    figures: Figures | None
    counts: Counts
    requests: Requests

    def collect(self) -> Iterator["Metric"]:
        yield from _of_process(self.counts, self.requests)
        yield _gauge("headwater_database_up", "Whether the database answers.", self._is_up())
        if self.figures is not None:
            yield from _of_database(self.figures)

    def _is_up(self) -> list[Sample]:
        return [((), float(self.figures is not None))]


def expose(scrape: Scrape, accept: str) -> tuple[bytes, str]:
    """Return the text in a form that *accept* asks for, and its media type."""
    from prometheus_client.exposition import choose_encoder  # late: who asks for none needs none

    encode, media = choose_encoder(accept)
    return encode(scrape), media


def _of_process(counts: Counts, requests: Requests) -> Iterator["Metric"]:
    built = {"version": version("headwater"), "python": platform.python_version()}
    yield _gauge(
        "headwater_build_info", "The server's versions.", [(list(built.values()), 1.0)], built
    )
    yield _counter(
        "headwater_http_requests",
        "Requests answered, by route and class of status.",
        [((route, status), count) for route, status, count in requests.read()],
        ("route", "status"),
    )
    yield _histogram(counts)
    yield _gauge(
        "headwater_sockets_open", "WebSockets that are open.", [((), counts.sockets.read()[0])]
    )
    yield _counter(
        "headwater_delivery_attempts",
        "Tries to send a message over a channel, by how they ended.",
        [
            ((outcome,), count)
            for outcome, count in zip(OUTCOMES, counts.attempts.read(), strict=True)
        ],
        ("outcome",),
    )


def _of_database(figures: Figures) -> Iterator["Metric"]:
    yield _gauge(
        "headwater_flow_runs",
        "Flow runs there are, by type of state.",
        _each(figures.runs.items()),
        ("state",),
    )
    yield _gauge(
        "headwater_scheduler_lag_seconds",
        "By how much the runs of a schedule are made too late.",
        [((), figures.scheduler_lag)],
    )
    yield _gauge(
        "headwater_event_lag_seconds",
        "How long ago the first event came that a reader of the log has not read.",
        _each(figures.event_lags.items()),
        ("reader",),
    )
    yield _gauge(
        "headwater_action_lag_seconds",
        "For how long the oldest action of an automation that is due has been so.",
        [((), figures.action_lag)],
    )
    yield _gauge(
        "headwater_work_queue_runs",
        "Runs that wait for a worker: their time has come, or is long past.",
        [
            ((queue.pool, queue.name, state), count)
            for queue in figures.queues
            for state, count in (("ready", queue.ready), ("late", queue.late))
        ],
        ("work_pool", "work_queue", "state"),
    )
    yield _gauge(
        "headwater_concurrency_slots",
        "Slots of a concurrency limit.",
        _each((one.limit, one.slots) for one in figures.slots),
        ("limit",),
    )
    yield _gauge(
        "headwater_concurrency_slots_taken",
        "Slots of a concurrency limit that are taken.",
        _each((one.limit, one.taken) for one in figures.slots),
        ("limit",),
    )
    yield _gauge(
        "headwater_deliveries",
        "Messages that are not sent yet, or given up.",
        _each(figures.deliveries.items()),
        ("state",),
    )
    yield _gauge(
        "headwater_delivery_lag_seconds",
        "For how long the oldest message that is due has been so.",
        [((), figures.delivery_lag)],
    )
    yield _gauge(
        "headwater_channels_ill",
        "Channels that rest after failures, or were disabled.",
        _each(figures.ill_channels.items()),
        ("state",),
    )


def _histogram(counts: Counts) -> "Metric":
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(
        "headwater_database_unit_seconds",
        "How long units of work take, with the wait for their turn.",
        labels=["kind"],
    )
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    for kind, histogram in (("read", counts.reading), ("write", counts.writing)):
        buckets, total = histogram.read()
        family.add_metric([kind], list(zip(bounds, buckets, strict=True)), total)
    return family


def _gauge(name: str, text: str, samples: Iterable[Sample], labels: Iterable[str] = ()) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(name, text, labels=list(labels))
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _counter(name: str, text: str, samples: Iterable[Sample], labels: Iterable[str]) -> "Metric":
    """Return counts; `_total` is put at the end of their name."""
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily(name, text, labels=list(labels))
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _each(values: Iterable[tuple[str, float]]) -> list[Sample]:
    return [((name,), value) for name, value in values]
