"""Statements over the runs that deployments are to have: made ahead, due, taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Boolean,
    Row,
    Select,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.base import UtcDateTime
from headwater.db.upserts import insert_new
from headwater.runs.models import FlowRun, FlowRunState
from headwater.runs.models.flow_runs import WAITING
from headwater.runs.queries.flow_runs import SHOWN_RUNS
from headwater.runs.rules.slots import AWAITING_SLOT, LATE
from headwater.runs.schemas.states import StateType

_run, _state = FlowRun.__table__, FlowRunState.__table__
_mine = _run.c.workspace_id == bindparam("workspace")
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_unstarted = (
    _mine,
    _run.c.deployment_id.in_(_ids),
    _run.c.state_type == StateType.SCHEDULED,
    _run.c.run_count == 0,
)
# A run that waits for a slot has been asked for by whoever was to run it.
_unclaimed = _run.c.state_name != AWAITING_SLOT
_DELETE_ALL = delete(_run).where(*_unstarted, _unclaimed)
_DELETE_AUTO = _DELETE_ALL.where(_run.c.auto_scheduled.is_(True))
_DELETE_FUTURE = _DELETE_AUTO.where(_run.c.next_scheduled_start_time > bindparam("after"))
_ADD_RUNS = insert_new(_run, ["flow_id", "idempotency_key"]).returning(_run.c.id)
_ADD_STATES = insert(_state)
_OF_DEPLOYMENT: Select[Any] = select(
    _run.c.expected_start_time,
    _run.c.next_scheduled_start_time,
    _run.c.created_by,
    _run.c.state_type,
).where(
    _mine,
    _run.c.deployment_id == bindparam("of_deployment"),
    _run.c.auto_scheduled.is_(True),
    _run.c.expected_start_time >= bindparam("since"),
)

# As the scheduler made them, be they late by now.
_UNSTARTED: Select[Any] = (
    select(_run.c.id, _run.c.next_scheduled_start_time, _run.c.skip_at, _run.c.created_by)
    .where(_mine, _run.c.deployment_id == bindparam("of_deployment"), _run.c.run_count == 0)
    .where(_run.c.state_type == StateType.SCHEDULED, _run.c.state_name.in_(("Scheduled", LATE)))
    .where(_run.c.auto_scheduled.is_(True))
    .where(_run.c.next_scheduled_start_time == _run.c.expected_start_time)
    .order_by(_run.c.next_scheduled_start_time, _run.c.id)
)
# When a run is skipped is no change of it.
_SET_SKIP_TIME = (
    update(_run)
    .where(_run.c.id == bindparam("run_id"))
    .values(skip_at=bindparam("skip_time", type_=UtcDateTime()), updated=_run.c.updated)
)


def delete_scheduled(session: Session, workspace: UUID, deployment_ids: Collection[UUID]) -> None:
    """Remove the runs that have not begun, those that somebody asked for too."""
    session.execute(_DELETE_ALL, {"ids": list(deployment_ids), "workspace": workspace})


def delete_auto_scheduled(session: Session, workspace: UUID, deployment_id: UUID) -> None:
    """Remove the runs that the scheduler made and nobody began, be they overdue."""
    session.execute(_DELETE_AUTO, {"ids": [deployment_id], "workspace": workspace})


def delete_future(session: Session, workspace: UUID, deployment_id: UUID, after: datetime) -> None:
    """Remove those of them that are due after a time."""
    of = {"ids": [deployment_id], "workspace": workspace, "after": after}
    session.execute(_DELETE_FUTURE, of)


def add_runs(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Keep runs whose idempotency keys are not known yet; return the ids of those."""
    if not rows:
        return set()
    return set(session.execute(_ADD_RUNS, rows).scalars())


def add_states(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(_ADD_STATES, rows)


def list_auto_scheduled(
    session: Session, workspace: UUID, deployment_id: UUID, since: datetime
) -> Sequence[Row[Any]]:
    """Return when the scheduler's runs of a deployment are due, from a time on, and who made them,
    whatever became of them."""
    of = {"of_deployment": deployment_id, "workspace": workspace, "since": since}
    return session.execute(_OF_DEPLOYMENT, of).all()


def list_unstarted(session: Session, workspace: UUID, deployment_id: UUID) -> Sequence[Row[Any]]:
    """Return the scheduler's runs of a deployment that wait for their time or are late, the first
    due first."""
    of = {"of_deployment": deployment_id, "workspace": workspace}
    return session.execute(_UNSTARTED, of).all()


def set_skip_times(session: Session, times: Mapping[UUID, datetime | None]) -> None:
    """Say when each run is skipped, None: never."""
    if times:
        rows = [{"run_id": run_id, "skip_time": times[run_id]} for run_id in sorted(times)]
        session.connection().execute(_SET_SKIP_TIME, rows)


def list_due(
    session: Session,
    workspace: UUID,
    deployment_ids: Collection[UUID],
    before: datetime | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Return the runs of deployments that are due by a time, None: ever; the first due first."""
    conditions = [
        literal_column(f"flow_run.{WAITING}", Boolean),
        _run.c.workspace_id == workspace,
        _run.c.state_type == StateType.SCHEDULED,
        _run.c.deployment_id.in_(deployment_ids),
    ]
    if before is not None:
        conditions.append(_run.c.next_scheduled_start_time <= before)
    order = (_run.c.next_scheduled_start_time, _run.c.id)
    return session.execute(SHOWN_RUNS.where(*conditions).order_by(*order).limit(limit)).all()
