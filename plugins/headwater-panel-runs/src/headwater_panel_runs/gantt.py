"""Where the bars of a timeline stand: in percent of its time, in rows of the same height.

Percent, since SVG takes those in attributes, and the policy of pages forbids styles within them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from headwater.api.runs import FINAL, parse
from headwater_panel_runs.shown import FLOW_RUN_STATES, in_order

ROW = 28  # pixels, as the style sheet has it
CALLERS = "__parents__"  # the input that names the tasks which called one, not what it was given
MOST_EDGES = 400  # lines; more are a black sheet
THINNEST = 0.25  # percent
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
_LONG_STEPS = (3600, 7200, 14400, 28800, 43200, 86400, 172_800, 604_800, 2_592_000)
TICKS = 6
# Which of its runs' states a row of many is shown in: what went wrong is not to be overlooked.
_WORST = ("FAILED", "CRASHED", "RUNNING", "CANCELLING", "PAUSED", "PENDING", "SCHEDULED")


@dataclass(frozen=True)
class Line:
    """A row: a task run, a subflow run, or all runs of one task. *x* and *width* are percent."""

    task_run_id: UUID | None
    subflow_run_id: UUID | None
    name: str
    state_type: str
    state_name: str | None
    x: float
    width: float
    begin: float  # seconds after the start of the timeline
    seconds: float
    is_open: bool
    runs: int = 1
    states: tuple[tuple[str, int], ...] = ()
    sources: tuple[str, ...] = ()  # names of what it was given


@dataclass(frozen=True)
class Edge:
    """A line from the end of one row's bar to the start of another's; rows count from 0."""

    source: int
    target: int
    x: float
    to_x: float

    @property
    def y(self) -> float:
        return (self.source + 0.5) * ROW

    @property
    def to_y(self) -> float:
        return (self.target + 0.5) * ROW


@dataclass(frozen=True)
class Tick:
    x: float
    seconds: float


@dataclass(frozen=True)
class Gantt:
    lines: list[Line]
    edges: list[Edge]
    ticks: list[Tick]
    seconds: float

    @property
    def height(self) -> int:
        return len(self.lines) * ROW


@dataclass(frozen=True)
class Scale:
    """The time of a timeline; it is not empty."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return max((self.end - self.start).total_seconds(), 0.001)

    def percent(self, moment: datetime) -> float:
        share = (moment - self.start).total_seconds() / self.seconds
        return round(100 * min(1.0, max(0.0, share)), 3)


def draw_each(rows: Sequence[Row[Any]], scale: Scale) -> Gantt:
    """Draw a row for each run, in the order given, and what led to what, where inputs were read."""
    names = {str(row.id): number for number, row in enumerate(rows)}
    names |= {str(row.subflow_run_id): n for n, row in enumerate(rows) if row.subflow_run_id}
    lines, edges = [], []
    for number, row in enumerate(rows):
        given = sorted(_sources(row, names) - {number})
        line = _line(row, scale, tuple(_name(rows[one]) for one in given))
        lines.append(line)
        edges += [
            Edge(one, number, scale.percent(rows[one].end_time or scale.end), line.x)
            for one in given
        ]
    return Gantt(lines, edges[:MOST_EDGES], ticks_of(scale), scale.seconds)


def draw_groups(rows: Sequence[Row[Any]], scale: Scale) -> Gantt:
    """Draw a row for each task, however many runs it has."""
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.task_key, []).append(row)
    lines = [
        _line(of_task[0], scale, ()) if len(of_task) == 1 else _group(key, of_task, scale)
        for key, of_task in groups.items()
    ]
    return Gantt(lines, [], ticks_of(scale), scale.seconds)


def ticks_of(scale: Scale) -> list[Tick]:
    """Return up to TICKS round times after the start."""
    steps = (*_STEPS, *_LONG_STEPS)
    step = next((one for one in steps if scale.seconds / one <= TICKS), steps[-1])
    count = min(TICKS, int(scale.seconds // step))
    ticks = [Tick(round(100 * n * step / scale.seconds, 3), n * step) for n in range(count + 1)]
    return [tick for tick in ticks if tick.x <= 94]  # a later one's word would not fit


def _line(row: Row[Any], scale: Scale, sources: tuple[str, ...]) -> Line:
    is_open = row.end_time is None and row.state_type not in FINAL
    end = scale.end if is_open else row.end_time or row.start_time
    x, width = _place(row.start_time, end, scale)
    return Line(
        task_run_id=row.id,
        subflow_run_id=row.subflow_run_id,
        name=_name(row),
        state_type=row.state_type or "PENDING",
        state_name=row.state_name,
        x=x,
        width=width,
        begin=max(0.0, (row.start_time - scale.start).total_seconds()),
        seconds=max(0.0, (end - row.start_time).total_seconds()),
        is_open=is_open,
        sources=sources,
    )


def _group(key: str, rows: list[Row[Any]], scale: Scale) -> Line:
    counts: Counter[str | None] = Counter(row.state_type for row in rows)
    lines = [_line(row, scale, ()) for row in rows]
    begin = min(line.begin for line in lines)
    seconds = max(line.begin + line.seconds for line in lines) - begin
    start = scale.start + timedelta(seconds=begin)
    x, width = _place(start, start + timedelta(seconds=seconds), scale)
    worst = next((kind for kind in (*_WORST, *FLOW_RUN_STATES) if counts[kind]), "PENDING")
    return Line(
        task_run_id=None,
        subflow_run_id=None,
        name=key.rpartition("-")[0] or key,
        state_type=worst,
        state_name=None,
        x=x,
        width=width,
        begin=begin,
        seconds=seconds,
        is_open=any(line.is_open for line in lines),
        runs=len(rows),
        states=tuple(in_order(counts)),
    )


def _place(start: datetime, end: datetime, scale: Scale) -> tuple[float, float]:
    x = min(scale.percent(start), 100 - THINNEST)
    return x, round(max(THINNEST, scale.percent(end) - x), 3)


def _name(row: Row[Any]) -> str:
    return str(row.subflow_run_name or row.name)


def _sources(row: Row[Any], names: Mapping[str, int]) -> set[int]:
    """Return the rows of what a run was given; clients may have sent anything in their place."""
    inputs = parse(row._asdict().get("task_inputs"))
    found: set[int] = set()
    for name, given in inputs.items() if isinstance(inputs, dict) else ():
        if name != CALLERS and isinstance(given, list):
            ids = (str(one.get("id")) for one in given if isinstance(one, dict))
            found |= {names[one] for one in ids if one in names}
    return found
