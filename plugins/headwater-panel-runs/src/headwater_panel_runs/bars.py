"""Bars of charts, in units of an SVG: runs by state and time, runs by how long they took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.api.pages import HIGH, WIDE
from headwater_panel_runs.shown import FLOW_RUN_STATES

LOWEST = 2.0  # units of the bar of a run that took no time


@dataclass(frozen=True)
class Part:
    """The runs of one state in one interval, as a piece of its bar."""

    state: str
    y: float
    height: float


@dataclass(frozen=True)
class Stack:
    """The runs of one interval, which ends where the next begins."""

    begin: datetime
    end: datetime
    x: int
    runs: int
    states: tuple[tuple[str, int], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class RunBar:
    """A run: *height* is how long it took beside the others."""

    x: int
    y: float
    height: float
    is_open: bool  # it has not started: its height says nothing


def draw_stacks(
    of_intervals: Sequence[Mapping[str, int]], since: datetime, width: timedelta
) -> list[Stack]:
    """Return a bar for each interval, those of its states on top of each other."""
    most = max(1, *(sum(states.values()) for states in of_intervals))
    return [
        _stack(states, since + number * width, width, number * WIDE, HIGH / most)
        for number, states in enumerate(of_intervals)
    ]


def _stack(
    states: Mapping[str, int], begin: datetime, width: timedelta, x: int, unit: float
) -> Stack:
    y, parts, shown = float(HIGH), [], []
    for kind in FLOW_RUN_STATES:
        if runs := states.get(kind, 0):
            y -= runs * unit
            parts.append(Part(kind, round(y, 2), round(runs * unit, 2)))
            shown.append((kind.capitalize(), runs))
    return Stack(begin, begin + width, x, sum(states.values()), tuple(shown), tuple(parts))


def draw_runs(seconds: Sequence[float | None], places: int) -> list[RunBar]:
    """Return a bar for each run, at the right end of so many places; None has not started."""
    most = max((one for one in seconds if one is not None), default=0.0) or 1.0
    first = (places - len(seconds)) * WIDE
    bars = []
    for number, one in enumerate(seconds):
        height = HIGH * 0.5 if one is None else max(LOWEST, HIGH * one / most)
        y = round(HIGH - height, 2)
        bars.append(RunBar(first + number * WIDE, y, round(height, 2), one is None))
    return bars
