"""Rows as the wire shows them. JSON columns stay as they are in the row, unparsed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from headwater.runs.schemas.states import StateType

Shown = dict[str, Any]
Columns = Mapping[str, Sequence[Any]]  # as `headwater.db.columns` reads them
_STATE = ("id", "type", "name", "timestamp", "message", "data", "state_details")
_STATE_OF_RUN = (*(f"state_{name}" for name in _STATE[:-1]), _STATE[-1])  # as a run's columns
_NOWHERE = {"work_pool_id": (None,), "work_pool_name": (None,)}
# Columns of a run that the wire shows within its `state`, or not at all.
_HIDDEN = {"workspace_id", "state_timestamp", "state_message", "state_data", "state_details"}
_HIDDEN |= {"flow_name", "skip_at"}


def show_flow(row: Mapping[str, Any]) -> Shown:
    return show_flows(_columns_of(row))[0]


def show_flow_run(row: Mapping[str, Any], now: datetime) -> Shown:
    """Return a flow run; one that was read without its place is in none."""
    return show_flow_runs(_NOWHERE | _columns_of(row), now)[0]


def show_core_run(row: Mapping[str, Any], now: datetime) -> Shown:
    """Return a flow run as workers are shown it: without its pool, which they know."""
    return show_task_run(row, now)


def show_task_run(row: Mapping[str, Any], now: datetime) -> Shown:
    return show_task_runs(_columns_of(row), now)[0]


def show_flows(columns: Columns) -> list[Shown]:
    return _show(columns)


def show_flow_runs(columns: Columns, now: datetime) -> list[Shown]:
    """Return flow runs; one whose queue is gone is in none."""
    places = zip(columns["work_queue_id"], columns["work_pool_id"], strict=True)
    queues = [queue if pool is not None else None for queue, pool in places]
    return show_task_runs({**columns, "work_queue_id": queues}, now)


def show_task_runs(columns: Columns, now: datetime) -> list[Shown]:
    c = columns
    running = zip(c["total_run_time"], c["state_type"], c["state_timestamp"], strict=True)
    begun = zip(c["expected_start_time"], c["start_time"], c["end_time"], strict=True)
    more: Columns = {
        "estimated_run_time": [_run_time(*times, now) for times in running],
        "estimated_start_time_delta": [_delay(*times, now) for times in begun],
        "state": list(_show_own_states(columns)),
    }
    return _show({**columns, **more})


def _show(columns: Columns) -> list[Shown]:
    names = [name for name in columns if name not in _HIDDEN]
    rows = zip(*(columns[name] for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _show_own_states(columns: Columns) -> Iterator[Shown | None]:
    for row in zip(*(columns[name] for name in _STATE_OF_RUN), strict=True):
        yield None if row[0] is None else dict(zip(_STATE, row, strict=True))


def _columns_of(row: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    return {name: (value,) for name, value in row.items()}


def show_own_state(run: Mapping[str, Any]) -> Shown | None:
    """Return the state that a run is in."""
    return next(_show_own_states({name: (run[name],) for name in _STATE_OF_RUN}))


def show_state(row: Mapping[str, Any]) -> Shown:
    return {name: row[name] for name in _STATE}


def estimate_run_time(run: Mapping[str, Any], now: datetime) -> float:
    """Return the seconds that the run has been running, those of the present included."""
    return _run_time(run["total_run_time"], run["state_type"], run["state_timestamp"], now)


def estimate_delay(run: Mapping[str, Any], now: datetime) -> float:
    """Return the seconds that the run started late, or is late by now."""
    return _delay(run["expected_start_time"], run["start_time"], run["end_time"], now)


def _run_time(total: float, state: str | None, since: datetime, now: datetime) -> float:
    if state != StateType.RUNNING:
        return total
    return total + max(0.0, (now - since).total_seconds())


def _delay(
    expected: datetime | None, started: datetime | None, ended: datetime | None, now: datetime
) -> float:
    if expected is None or (started is None and ended is not None):
        return 0.0
    return max(0.0, ((started or now) - expected).total_seconds())
