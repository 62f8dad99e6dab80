"""Statements over what a flow run consists of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from headwater.runs.models import Flow, FlowRun, TaskRun
from headwater.runs.schemas.states import StateType

_flow, _run, _task = Flow.__table__, FlowRun.__table__, TaskRun.__table__
_TIMES: Select[Any] = select(
    func.coalesce(_run.c.start_time, _run.c.expected_start_time).label("start_time"),
    _run.c.end_time,
).where(_run.c.id == bindparam("run_id"), _run.c.workspace_id == bindparam("workspace"))
_OF_RUN = (
    _task.c.flow_run_id == bindparam("run_id"),
    _task.c.workspace_id == bindparam("workspace"),
)
_begun = func.coalesce(
    _run.c.start_time, _run.c.expected_start_time, _task.c.start_time, _task.c.expected_start_time
)
# A client that had a result at hand tells of no times of its task run.
_ended = func.coalesce(
    _run.c.end_time,
    _task.c.end_time,
    case((_task.c.state_type == StateType.COMPLETED, _task.c.expected_start_time)),
)
_NODES: Select[Any] = (
    select(
        _task.c.id.label("task_run_id"),
        _task.c.name.label("task_run_name"),
        _task.c.task_inputs,
        _run.c.id.label("flow_run_id"),
        _run.c.name.label("flow_run_name"),
        _flow.c.name.label("flow_name"),
        func.coalesce(_run.c.state_type, _task.c.state_type).label("state_type"),
        _begun.label("start_time"),
        _ended.label("end_time"),
    )
    .outerjoin(_run, _run.c.parent_task_run_id == _task.c.id)
    .outerjoin(_flow, _flow.c.id == _run.c.flow_id)
    .where(*_OF_RUN, _begun.is_not(None), _task.c.state_type.is_not(None))
    .order_by(_begun, _ended, _task.c.id)
)
_TASKS: Select[Any] = select(_task).where(*_OF_RUN).order_by(_task.c.id.desc())


def find_times(session: Session, workspace: UUID, run_id: UUID) -> Row[Any] | None:
    """Return when a flow run began, or is to, and ended: `start_time`, `end_time`."""
    return session.execute(_TIMES, {"run_id": run_id, "workspace": workspace}).first()


def list_nodes(session: Session, workspace: UUID, run_id: UUID, limit: int) -> Sequence[Row[Any]]:
    """Return a flow run's task runs by start, each with its subflow run, if it stands for one."""
    values = {"run_id": run_id, "workspace": workspace}
    return session.execute(_NODES.limit(limit), values).all()


def list_task_runs_of(
    session: Session, workspace: UUID, run_id: UUID, limit: int
) -> Sequence[Row[Any]]:
    values = {"run_id": run_id, "workspace": workspace}
    return session.execute(_TASKS.limit(limit), values).all()
