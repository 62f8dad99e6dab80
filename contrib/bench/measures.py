"""Which figures are made of the records, and which bars Headwater is held to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from contrib.bench.firings import ARMED
from contrib.bench.rounds import MEMORY, START, Record
from contrib.bench.workloads import FEW, READS

ASKED = (
    "runs_latest_200",
    "runs_failed_by_tag",
    "runs_deep_page",
    "runs_by_name_like",
    "runs_of_flow",
    "count_all",
    "count_failed",
    "history",
    "flows_filter",
)


@dataclass(frozen=True)
class Bar:
    """What Headwater must reach: so many times better than the real server (or, if that is given,
    that share of the floor), at most so much, and at most so many times what it is of FEW runs."""

    times: float | None = None
    of_floor: float | None = None
    most: float | None = None
    of_few: float | None = None


@dataclass(frozen=True)
class Measure:
    """One line of the table. *value* is None where the server did not do it; *few* is the workload
    that does the same with FEW runs."""

    title: str
    unit: str
    workload: str
    value: Callable[[Record], float | None]
    more_is_better: bool = False
    bars: Mapping[str, Bar] | Bar = Bar()
    few: str = ""

    def bar(self, database: str) -> Bar:
        if isinstance(self.bars, Bar):
            return self.bars
        return self.bars.get(database, Bar())


@dataclass(frozen=True)
class Figure:
    """The median over the rounds, and the least and the most of them."""

    median: float
    least: float
    most: float


def figure(measure: Measure, records: Iterable[Record], workload: str = "") -> Figure | None:
    """Return what the records of one server on one database come to."""
    wanted = workload or measure.workload
    mine = (measure.value(record) for record in records if record.workload == wanted)
    values = [value for value in mine if value is not None]
    return Figure(median(values), min(values), max(values)) if values else None


def _per(name: str, scale: float, what: str = "cpu") -> Callable[[Record], float | None]:
    """Return seconds for each of what the report counts under that name."""

    def value(record: Record) -> float | None:
        count, seconds = record.report.get(name), float(getattr(record, what))
        return scale * seconds / count if count and seconds else None

    return value


def _reported(name: str) -> Callable[[Record], float | None]:
    return lambda record: record.report.get(name)


def _latency(name: str) -> Callable[[Record], float | None]:
    return lambda record: record.report["latency_ms"].get(name, {}).get("p95")


def _lifecycle(threads: int, throughput: Mapping[str, Bar]) -> Sequence[Measure]:
    work = f"lifecycle-{threads}"
    title = f"lifecycle, {threads} thread{'s' if threads > 1 else ''}"
    cpu = {"sqlite": Bar(times=10), "postgresql": Bar(times=5)}
    measures = (
        Measure(title, "runs/s", work, _reported("runs_per_s"), True, throughput),
        Measure(f"{title}: CPU a run", "ms", work, _per("runs", 1000), bars=cpu),
        Measure(f"{title}: database's CPU", "ms", work, _per("runs", 1000, "database_cpu")),
    )
    if threads == 1:
        return measures
    return (
        *measures,
        Measure(
            f"{title}: turned away as busy", "times", work, _reported("busy"), bars=Bar(most=0)
        ),
        Measure(f"{title}: failed", "requests", work, _reported("failed"), bars=Bar(most=0)),
    )


def _read(name: str) -> Sequence[Measure]:
    most, of_few = 20 if name == "count_all" else 60, 2 if name == "history" else None
    bar, title, few = Bar(4, None, most, of_few), f"read {name}, p95", f"{READS.name}-{FEW}"
    return (
        Measure(title, "ms", READS.name, _latency(name), bars=bar, few=few),
        Measure(f"{title}, {FEW:,} runs stored", "ms", few, _latency(name)),
    )


MEASURES: Sequence[Measure] = (
    Measure("start on an empty database", "s", START, _reported("wall_s"), bars=Bar(times=3)),
    Measure("start: CPU", "s", START, lambda record: record.cpu, bars=Bar(most=1.5)),
    *_lifecycle(
        1,
        {"sqlite": Bar(times=7, of_floor=0.7), "postgresql": Bar(times=4, of_floor=0.7)},
    ),
    *_lifecycle(8, {"sqlite": Bar(times=12), "postgresql": Bar(times=6)}),
    *_lifecycle(32, {}),
    Measure("memory after the lifecycles", "MB", MEMORY, _reported("megabytes"), bars=Bar(times=1)),
    Measure("logs", "lines/s", "logs", _reported("lines_per_s"), True, Bar(times=8)),
    Measure("logs: CPU of 1,000 lines", "ms", "logs", _per("lines", 1e6)),
    Measure("events", "task runs/s", "events", _reported("task_runs_per_s"), True, Bar(times=10)),
    Measure("events: CPU a task run", "ms", "events", _per("tasks", 1000)),
    Measure(
        f"events, {ARMED} automations armed",
        "task runs/s",
        "armed",
        _reported("task_runs_per_s"),
        True,
        Bar(times=8),
    ),
    Measure("polls of a worker", "polls/s", "poll", _reported("polls_per_s"), True, Bar(times=5)),
    *(measure for name in ASKED for measure in _read(name)),
    Measure("reads: CPU of all nine", "ms", READS.name, _per("repeat", 1000)),
)
