"""Records task runs from what 3.x clients tell of them in events.

Events come in any order, twice, and for runs that are gone; what is read back is always one of
the states that were.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from orjson import Fragment
from pydantic import ValidationError
from sqlalchemy.orm import Session

from headwater.db.json import fragment
from headwater.events.schemas import Event
from headwater.runs.queries import task_runs as queries
from headwater.runs.queries import told_task_runs as told_queries
from headwater.runs.schemas.states import NAMES, State
from headwater.runs.schemas.task_run_events import (
    ToldPayload,
    ToldTaskRun,
    flow_run_id,
    is_told,
    task_run_id,
)
from headwater.runs.service.states import run_columns, state_row

# Always written along with what was told.
_WITH_STATE = (
    "state_id",
    "state_type",
    "state_name",
    "state_timestamp",
    "state_message",
    "state_data",
    "state_details",
    "updated",
)
_UNCHANGED = {"task_key", "dynamic_key"}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """One event, read: the columns of the run, those among them that the client named."""

    row: dict[str, Any]
    named: frozenset[str]

    @property
    def is_keyed(self) -> bool:
        return self.row["flow_run_id"] is not None


def record(session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime) -> None:
    """Keep the task runs and states that *events* tell of."""
    told = [item for event in events if (item := _read(workspace, event, now))]
    told = _of_known_flow_runs(session, workspace, told)
    if not told:
        return
    for (named, keyed), items in _in_groups(_latest(told)).items():
        rows = [item.row for item in items]
        names = (*sorted(named), *_WITH_STATE)
        told_queries.upsert_task_runs(session, rows, names, keyed=keyed)
    _add_states(session, told)


def _read(workspace: UUID, event: Event, now: datetime) -> Told | None:
    if not is_told(event):
        return None
    try:
        run_id, of_flow_run = task_run_id(event), flow_run_id(event)
        payload = ToldPayload.model_validate(event.payload)
    except (ValidationError, ValueError) as error:
        logger.warning("event %s tells of no task run: %s", event.id, error)
        return None
    told = payload.validated_state
    details = told.details.but(flow_run_id=of_flow_run, task_run_id=run_id)
    name = told.name or NAMES[told.type]
    state = State(event.id, told.type, name, event.occurred, told.message, told.data, details)
    row = _columns(payload.task_run) | run_columns(state)
    row |= {"id": run_id, "flow_run_id": of_flow_run, "workspace_id": workspace}
    row |= {"created": now, "updated": now}
    return Told(row, frozenset(payload.task_run.model_fields_set - _UNCHANGED))


def _columns(run: ToldTaskRun) -> dict[str, Any]:
    columns = {name: getattr(run, name) for name in ToldTaskRun.model_fields}
    columns["empirical_policy"] = Fragment(run.empirical_policy.model_dump_json())
    columns["labels"] = fragment(run.labels or {})
    columns["task_inputs"] = fragment(run.task_inputs)
    return columns


def _of_known_flow_runs(session: Session, workspace: UUID, told: list[Told]) -> list[Told]:
    """Leave out task runs of flow runs that are gone: the events alone remember those."""
    wanted = {item.row["flow_run_id"] for item in told if item.is_keyed}
    if not wanted:
        return told
    known = told_queries.list_known_flow_runs(session, workspace, wanted) | {None}
    return [item for item in told if item.row["flow_run_id"] in known]


def _identity(row: dict[str, Any]) -> tuple[object, ...]:
    if row["flow_run_id"] is None:
        return (row["id"],)
    return row["flow_run_id"], row["task_key"], row["dynamic_key"]


def _latest(told: Iterable[Told]) -> list[Told]:
    """Return what was told last of each task run."""
    latest: dict[tuple[object, ...], Told] = {}
    for item in told:
        key = _identity(item.row)
        known = latest.get(key)
        if known is None or known.row["state_timestamp"] < item.row["state_timestamp"]:
            latest[key] = item
    # In one order everywhere, so that two batches with the same runs do not lock crosswise.
    return sorted(latest.values(), key=lambda item: str(item.row["id"]))


def _in_groups(told: Iterable[Told]) -> dict[tuple[frozenset[str], bool], list[Told]]:
    groups: dict[tuple[frozenset[str], bool], list[Told]] = defaultdict(list)
    for item in told:
        groups[item.named, item.is_keyed].append(item)
    return groups


def _add_states(session: Session, told: list[Told]) -> None:
    known = told_queries.list_known_task_runs(session, {item.row["id"] for item in told})
    rows = []
    for item in told:
        run_id = item.row["id"]
        if run_id not in known:  # the same call under another id: its run keeps the first one
            run_id = told_queries.find_id_of_keys(session, item.row)
        rows.append(state_row(item.row, run_id, "task_run_id"))
    queries.add_task_run_states(session, rows)
