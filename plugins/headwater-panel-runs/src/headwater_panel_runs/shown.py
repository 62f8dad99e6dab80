"""Rows as the pages show them: all that is seen, so that its repr tells whether there is news."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from headwater.api.runs import FINAL, StateType, estimate_run_time, parse

# After its end a run is followed on: its last logs and task runs come later than its last state.
AFTERGLOW = timedelta(minutes=2)
LONG, TALL = 600, 12  # characters and lines of a value, from which on it is folded
LONGEST = 50_000  # characters of a value that a page shows; the API has all of it
FLOW_RUN_STATES = (
    StateType.RUNNING,
    StateType.COMPLETED,
    StateType.FAILED,
    StateType.CRASHED,
    StateType.SCHEDULED,
    StateType.PENDING,
    StateType.PAUSED,
    StateType.CANCELLING,
    StateType.CANCELLED,
)


@dataclass(frozen=True)
class ShownRun:
    """A flow run or a task run, in a list or on its own page."""

    id: UUID
    name: str
    flow_name: str | None
    tags: tuple[str, ...]
    state_type: str | None
    state_name: str | None
    state_timestamp: datetime | None
    message: str | None
    expected: datetime | None
    started: datetime | None
    ended: datetime | None
    seconds: float  # of running that are over
    run_count: int
    subflow_run_id: UUID | None = None

    @property
    def is_running(self) -> bool:
        return self.state_type == StateType.RUNNING

    @property
    def when(self) -> datetime | None:
        """Return when it started, else when it is expected to."""
        return self.started or self.expected

    def lasted(self, now: datetime) -> float:
        times = {"total_run_time": self.seconds, "state_type": self.state_type}
        return estimate_run_time(times | {"state_timestamp": self.state_timestamp}, now)

    def is_live(self, now: datetime) -> bool:
        """Say whether news may still come."""
        final = self.state_type in FINAL
        return not final or self.state_timestamp is None or now - self.state_timestamp < AFTERGLOW


@dataclass(frozen=True)
class ShownState:
    """One of the states of a run; *seconds* is how long it lasted, None while it does."""

    type: str
    name: str
    message: str | None
    timestamp: datetime
    seconds: float | None


@dataclass(frozen=True)
class ShownValue:
    """A parameter as JSON; *whole* is set where *text* is only its start."""

    name: str
    text: str
    whole: str | None = None
    is_cut: bool = False


def show_run(row: Row[Any]) -> ShownRun:
    columns = row._asdict()
    return ShownRun(
        id=row.id,
        name=row.name,
        flow_name=columns.get("flow_name"),
        tags=tuple(str(tag) for tag in parse(row.tags) or ()),
        state_type=row.state_type,
        state_name=row.state_name,
        state_timestamp=row.state_timestamp,
        message=columns.get("state_message"),
        expected=row.expected_start_time,
        started=row.start_time,
        ended=row.end_time,
        seconds=row.total_run_time,
        run_count=row.run_count,
        subflow_run_id=columns.get("subflow_run_id"),
    )


def show_states(rows: Sequence[Row[Any]]) -> list[ShownState]:
    """Return states in order, each with how long it lasted; the last of a run that ended, none."""
    shown = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        seconds = None if following is None else _between(row.timestamp, following.timestamp)
        shown.append(ShownState(row.type, row.name, row.message, row.timestamp, seconds))
    return shown


def show_values(values: Mapping[str, Any]) -> list[ShownValue]:
    """Return parameters as indented JSON, long ones with their start apart."""
    return [_show_value(name, value) for name, value in values.items()]


def total(counts: Mapping[str | None, int]) -> int:
    return sum(counts.values())


def in_order(counts: Mapping[str | None, int]) -> Iterable[tuple[str, int]]:
    """Return states with their counts, in the order in which pages list states."""
    return [(kind, counts[kind]) for kind in FLOW_RUN_STATES if counts.get(kind)]


def _show_value(name: str, value: Any) -> ShownValue:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    start = "\n".join(text[:LONG].split("\n")[:TALL])
    if len(start) == len(text):
        return ShownValue(name, text)
    return ShownValue(name, start, text[:LONGEST], len(text) > LONGEST)


def _between(earlier: datetime, later: datetime) -> float:
    return max(0.0, (later - earlier).total_seconds())
