"""Rows as the wire shows them. JSON columns stay as they are in the row, unparsed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headwater.runs.schemas.states import StateType

Shown = dict[str, Any]
# Columns of a run that the wire shows as its `state`, or not at all.
_OF_STATE = ("timestamp", "message", "data")
_HIDDEN = {"workspace_id", "state_timestamp", "state_message", "state_data", "state_details"}
_HIDDEN |= {"flow_name"}


def show_flow(row: Mapping[str, Any]) -> Shown:
    return {name: value for name, value in row.items() if name not in _HIDDEN}


def show_flow_run(row: Mapping[str, Any], now: datetime) -> Shown:
    """Return a flow run; one whose queue is gone is in none."""
    shown = _show_run(row, now)
    shown.setdefault("work_pool_id", None)
    shown.setdefault("work_pool_name", None)
    if shown["work_pool_id"] is None:
        shown["work_queue_id"] = None
    return shown


def show_core_run(row: Mapping[str, Any], now: datetime) -> Shown:
    """Return a flow run as workers are shown it: without its pool, which they know."""
    return _show_run(row, now)


def show_task_run(row: Mapping[str, Any], now: datetime) -> Shown:
    return _show_run(row, now)


def _show_run(row: Mapping[str, Any], now: datetime) -> Shown:
    shown = {name: value for name, value in row.items() if name not in _HIDDEN}
    shown["estimated_run_time"] = estimate_run_time(row, now)
    shown["estimated_start_time_delta"] = estimate_delay(row, now)
    shown["state"] = show_own_state(row)
    return shown


def show_own_state(run: Mapping[str, Any]) -> Shown | None:
    """Return the state that a run is in."""
    if run["state_id"] is None:
        return None
    return {
        "id": run["state_id"],
        "type": run["state_type"],
        "name": run["state_name"],
        **{name: run[f"state_{name}"] for name in _OF_STATE},
        "state_details": run["state_details"],
    }


def show_state(row: Mapping[str, Any]) -> Shown:
    names = ("id", "type", "name", *_OF_STATE, "state_details")
    return {name: row[name] for name in names}


def estimate_run_time(run: Mapping[str, Any], now: datetime) -> float:
    """Return the seconds that the run has been running, those of the present included."""
    total: float = run["total_run_time"]
    if run["state_type"] == StateType.RUNNING:
        total += max(0.0, (now - run["state_timestamp"]).total_seconds())
    return total


def estimate_delay(run: Mapping[str, Any], now: datetime) -> float:
    """Return the seconds that the run started late, or is late by now."""
    expected, started = run["expected_start_time"], run["start_time"]
    if expected is None or (started is None and run["end_time"] is not None):
        return 0.0
    late: float = ((started or now) - expected).total_seconds()
    return max(0.0, late)
