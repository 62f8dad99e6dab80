"""States between the rules, which look at values, and the rows, which keep JSON."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from orjson import Fragment

from headwater.db.json import fragment, parse, text
from headwater.runs.rules.shared import is_unpersisted
from headwater.runs.rules.times import Times
from headwater.runs.schemas.states import State, StateDetails, StateType

TICK = timedelta(microseconds=1)


def state_of(run: Mapping[str, Any]) -> State | None:
    """Return the state that the row of a run carries."""
    if run["state_id"] is None:
        return None
    return State(
        run["state_id"],
        StateType(run["state_type"]),
        run["state_name"],
        run["state_timestamp"],
        run["state_message"],
        parse(run["state_data"]),
        StateDetails.model_validate_json(text(run["state_details"])),
    )


def times_of(run: Mapping[str, Any]) -> Times:
    return Times(
        run["run_count"],
        run["expected_start_time"],
        run["next_scheduled_start_time"],
        run["start_time"],
        run["end_time"],
        run["total_run_time"],
    )


def time_columns(times: Times) -> dict[str, Any]:
    return {
        "run_count": times.run_count,
        "expected_start_time": times.expected_start_time,
        "next_scheduled_start_time": times.next_scheduled_start_time,
        "start_time": times.start_time,
        "end_time": times.end_time,
        "total_run_time": times.total_run_time,
    }


def after(current: State | None, state: State) -> State:
    """Return *state* later than *current*: a run's states have a strict order."""
    if current is None or state.timestamp > current.timestamp:
        return state
    return state.but(timestamp=current.timestamp + TICK)


def run_columns(state: State) -> dict[str, Any]:
    """Return the columns that a run carries its state in; of a result that nobody kept, nothing."""
    has_no_data = state.data is None or is_unpersisted(state.data)
    return {
        "state_id": state.id,
        "state_type": state.type,
        "state_name": state.name,
        "state_timestamp": state.timestamp,
        "state_message": state.message,
        "state_data": None if has_no_data else fragment(state.data),
        "state_details": Fragment(state.details.model_dump_json()),
    }


def state_row(run: Mapping[str, Any], run_id: UUID, key: str) -> dict[str, Any]:
    """Return the row of history for the state that *run*'s columns carry."""
    return {
        "workspace_id": run["workspace_id"],
        key: run_id,
        "id": run["state_id"],
        "type": run["state_type"],
        "name": run["state_name"],
        "timestamp": run["state_timestamp"],
        "message": run["state_message"],
        "data": run["state_data"],
        "state_details": run["state_details"],
    }
