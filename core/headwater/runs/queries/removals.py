"""Statements that remove flows, runs and logs."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BindParameter, CursorResult, Row, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from headwater.concurrency.models import ConcurrencyLease
from headwater.runs.models import Flow, FlowRun, Log, TaskRun

_flow, _run, _task, _log = Flow.__table__, FlowRun.__table__, TaskRun.__table__, Log.__table__
_lease = ConcurrencyLease.__table__
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_workspace: BindParameter[Any] = bindparam("workspace")
_RUNS_OF_FLOWS = select(_run.c.id).where(
    _run.c.workspace_id == _workspace, _run.c.flow_id.in_(_ids)
)
_tasks_of_runs = select(_task.c.id).where(_task.c.flow_run_id.in_(_ids))
_PART_FROM_PARENTS = (
    update(_run)
    .where(_run.c.parent_task_run_id.in_(_tasks_of_runs))
    .values(parent_task_run_id=None)
)
_PART_FROM_TASK = (
    update(_run).where(_run.c.parent_task_run_id.in_(_ids)).values(parent_task_run_id=None)
)
# What they hold of limits comes back with them.
_END_LEASES = delete(_lease).where(
    _lease.c.workspace_id == _workspace,
    or_(_lease.c.holder_id.in_(_ids), _lease.c.holder_id.in_(_tasks_of_runs)),
)
_DELETE_RUNS = (
    delete(_run).where(_run.c.workspace_id == _workspace, _run.c.id.in_(_ids)).returning(_run.c.id)
)
_DELETE_TASKS = (
    delete(_task)
    .where(_task.c.workspace_id == _workspace, _task.c.id.in_(_ids))
    .returning(_task.c.id)
)
_DELETE_FLOWS = (
    delete(_flow)
    .where(_flow.c.workspace_id == _workspace, _flow.c.id.in_(_ids))
    .returning(_flow.c.id, _flow.c.name, _flow.c.tags, _flow.c.labels)
)
_some_logs = (
    select(_log.c.position)
    .where(_log.c.workspace_id == _workspace, _log.c.flow_run_id.in_(_ids))
    .limit(bindparam("most"))
)
_DELETE_LOGS = delete(_log).where(_log.c.position.in_(_some_logs))


def list_runs_of_flows(session: Session, workspace: UUID, ids: Collection[UUID]) -> list[UUID]:
    found = session.execute(_RUNS_OF_FLOWS, {"workspace": workspace, "ids": list(ids)})
    return list(found.scalars())


def delete_flow_runs(session: Session, workspace: UUID, ids: Collection[UUID]) -> list[UUID]:
    """Remove runs with their states, task runs and inputs; return those that there were.

    Their subflows stay, as runs of their own.
    """
    names: dict[str, Any] = {"workspace": workspace, "ids": list(ids)}
    session.execute(_PART_FROM_PARENTS, {"ids": names["ids"]})
    session.execute(_END_LEASES, names)
    return list(session.execute(_DELETE_RUNS, names).scalars())


def delete_task_runs(session: Session, workspace: UUID, ids: Collection[UUID]) -> list[UUID]:
    names: dict[str, Any] = {"workspace": workspace, "ids": list(ids)}
    session.execute(_PART_FROM_TASK, {"ids": names["ids"]})
    session.execute(_END_LEASES, names)
    return list(session.execute(_DELETE_TASKS, names).scalars())


def delete_flows(
    session: Session, workspace: UUID, ids: Collection[UUID]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Remove flows; return what they were."""
    return session.execute(_DELETE_FLOWS, {"workspace": workspace, "ids": list(ids)}).all()


def delete_logs_of_runs(session: Session, workspace: UUID, ids: Sequence[UUID], most: int) -> int:
    """Remove at most *most* lines of those runs; return how many they were."""
    names = {"workspace": workspace, "ids": list(ids), "most": most}
    return cast(CursorResult[Any], session.execute(_DELETE_LOGS, names)).rowcount
