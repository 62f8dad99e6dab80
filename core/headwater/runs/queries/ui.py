"""Statements of dashboards: a few numbers of many runs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Row,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.db.moments import microseconds, to_microseconds
from headwater.deployments.models import Deployment
from headwater.errors import NotFoundError
from headwater.runs.models import FlowRun, TaskRun
from headwater.runs.rules.history import Interval
from headwater.runs.schemas.states import FINAL, StateType

_run, _task, _deployment = FlowRun.__table__, TaskRun.__table__, Deployment.__table__
_FAILED = (StateType.FAILED, StateType.CRASHED)
_FINAL = sorted(FINAL)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_workspace: BindParameter[Any] = bindparam("workspace")
_DEPLOYMENTS = (
    select(_deployment.c.flow_id, func.count())
    .where(_deployment.c.flow_id.in_(_ids), _deployment.c.workspace_id == _workspace)
    .group_by(_deployment.c.flow_id)
)
_stands_for_subflow = exists(select(1).where(_run.c.parent_task_run_id == _task.c.id))
_TASK_RUNS = (
    select(_task.c.flow_run_id, func.count())
    .where(_task.c.flow_run_id.in_(_ids), _task.c.workspace_id == _workspace, ~_stands_for_subflow)
    .group_by(_task.c.flow_run_id)
)
_NEXT = ("id", "flow_id", "name", "state_name", "state_type", "next_scheduled_start_time")
_scheduled = (
    select(
        *(_run.c[name] for name in _NEXT),
        func.row_number()
        .over(
            partition_by=_run.c.flow_id,
            order_by=(_run.c.next_scheduled_start_time.asc(), _run.c.id),
        )
        .label("number"),
    )
    .where(
        _run.c.workspace_id == _workspace,
        _run.c.state_type == StateType.SCHEDULED,
        _run.c.flow_id.in_(_ids),
        _run.c.next_scheduled_start_time.is_not(None),
    )
    .subquery()
)
_NEXT_RUNS = select(*(_scheduled.c[name] for name in _NEXT)).where(_scheduled.c.number == 1)
_TASK_RUN: Select[Any] = (
    select(_task, _run.c.name.label("flow_run_name"))
    .outerjoin(_run, _run.c.id == _task.c.flow_run_id)
    .where(_task.c.id == bindparam("run_id"), _task.c.workspace_id == _workspace)
)


def count_deployments(
    session: Session, workspace: UUID, flow_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """Return the numbers of deployments by flow."""
    return _count(session, _DEPLOYMENTS, workspace, flow_ids)


def count_task_runs_of(
    session: Session, workspace: UUID, run_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """Return the numbers of task runs by flow run; what stands for a subflow is none."""
    return _count(session, _TASK_RUNS, workspace, run_ids)


def _count(
    session: Session, statement: Select[Any], workspace: UUID, ids: Sequence[UUID]
) -> dict[UUID, int]:
    counts = dict.fromkeys(ids, 0)
    rows = session.execute(statement, {"workspace": workspace, "ids": list(counts)})
    return counts | {one: count for one, count in rows}  # noqa: C416  # rows are no pairs to mypy


def list_next_runs(
    session: Session, workspace: UUID, flow_ids: Sequence[UUID]
) -> Sequence[Row[Any]]:
    """Return the run of each flow that is to start first, where one is scheduled."""
    return session.execute(_NEXT_RUNS, {"workspace": workspace, "ids": list(flow_ids)}).all()


def count_by_state(session: Session, condition: Condition) -> dict[str, int]:
    """Count task runs by state type."""
    kind = _task.c.state_type
    rows = session.execute(
        select(kind, func.count()).where(condition, kind.is_not(None)).group_by(kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416  # rows are no pairs to mypy


def count_ended(
    session: Session, condition: Condition, window: Interval, parts: int
) -> Sequence[Row[Any]]:
    """Count task runs that have ended, by when they started: rows of `number` (of the part of the
    window), `completed` and `failed`; parts without any have none."""
    start, end = (literal(to_microseconds(edge), BigInteger) for edge in window)
    number = (microseconds(_task.c.start_time) - start) * parts // (end - start)
    failed = func.sum(case((_task.c.state_type.in_(_FAILED), 1), else_=0))
    statement = (
        select(
            number.label("number"),
            (func.count() - failed).label("completed"),
            failed.label("failed"),
        )
        .where(condition, _task.c.state_type.in_(_FINAL))
        .where(_task.c.start_time >= window.start, _task.c.start_time <= window.end)
        .group_by(text("number"))  # by its name: the expression has parameters
    )
    return session.execute(statement).all()


def get_task_run_and_flow_run_name(session: Session, workspace: UUID, run_id: UUID) -> Row[Any]:
    found = session.execute(_TASK_RUN, {"run_id": run_id, "workspace": workspace}).first()
    if found is None:
        raise NotFoundError("Task not found")
    return found
