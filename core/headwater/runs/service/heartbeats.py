"""Keeps the heartbeats that 3.x clients send of their flow runs, and ends runs that went silent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.events.schemas import HEARTBEAT, Event
from headwater.runs.queries import heartbeats as queries
from headwater.runs.queries.flow_runs import get_locked_flow_run
from headwater.runs.rules.heartbeats import BEATING, Heartbeat, Patience, beat, word
from headwater.runs.schemas.states import StateCreate, StateType
from headwater.runs.schemas.task_run_events import FLOW_RUN
from headwater.runs.service.flow_runs import set_flow_run_state


def record(
    session: Session,
    workspace: UUID,
    events: Sequence[Event],
    *,
    patience: Patience,
    now: datetime,
) -> None:
    """Keep the heartbeats among *events* of runs that run; of others they tell nothing."""
    times: dict[UUID, list[datetime]] = defaultdict(list)
    for event in events:
        if event.event == HEARTBEAT and (run_id := _run_of(event)):
            times[run_id].append(event.occurred)
    if not times:
        return
    # In one order everywhere, so that two batches with the same runs do not lock crosswise.
    runs = queries.list_beating(session, workspace, times)
    rows = [
        _row(workspace, run.id, last, patience)
        for run in runs
        if (last := _follow(run, sorted(times[run.id]), now))
    ]
    queries.keep_heartbeats(session, rows)


def _run_of(event: Event) -> UUID | None:
    if not event.resource_id.startswith(FLOW_RUN):
        return None
    try:
        return UUID(event.resource_id.removeprefix(FLOW_RUN))
    except ValueError:
        return None


def _follow(run: Row[Any], times: Sequence[datetime], now: datetime) -> Heartbeat | None:
    last = None
    if run.state_id is not None:
        last = Heartbeat(run.state_id, run.occurred, run.received, run.gap, run.frequency)
    if run.state_type == StateType.RUNNING:
        state_id: UUID = run.in_state_id
    elif run.state_type == StateType.CANCELLING and last is not None:
        state_id = last.state_id  # it runs on until it is stopped
    else:
        return None
    for occurred in times:
        last = beat(last, state_id, occurred, now)
    return last


def _row(workspace: UUID, run_id: UUID, last: Heartbeat, patience: Patience) -> dict[str, Any]:
    silent_at = last.received + patience.with_one(last.frequency)
    key = {"flow_run_id": run_id, "workspace_id": workspace}
    return key | asdict(last) | {"silent_at": silent_at}


def may_be_dead(row: Row[Any]) -> bool:
    """Say if a run is where it should send heartbeats, and had sent some since it got there."""
    return row.state_type in BEATING and row.is_of_this_start is True


def crash_silent_run(session: Session, workspace: UUID, run_id: UUID, *, now: datetime) -> None:
    """Call a run crashed that is silent and has not gone on meanwhile; raise NotFoundError."""
    get_locked_flow_run(session, workspace, run_id)
    row = queries.find_silent(session, run_id, now)
    if row is None:
        return
    if may_be_dead(row):
        message = word(row.received, row.frequency, now)
        crashed = StateCreate(type=StateType.CRASHED, message=message)
        # The rules let a run that is being cancelled become cancelled alone.
        forced = row.state_type == StateType.CANCELLING
        set_flow_run_state(session, workspace, run_id, crashed, force=forced, now=now)
    queries.forget_silent(session, [run_id], now)
