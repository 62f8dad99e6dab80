"""Statements of the timeline of a flow run: when its task runs and subflow runs ran."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from headwater.runs.models import FlowRun, TaskRun

_run, _task = FlowRun.__table__, TaskRun.__table__
# Not the bare column: SQLite would search by it rather than by the run (see overviews).
_task_workspace = func.coalesce(_task.c.workspace_id, _task.c.workspace_id)
_begun = func.coalesce(_run.c.start_time, _task.c.start_time)
_TASKS: Select[Any] = (
    select(
        _task.c.id,
        _task.c.name,
        _task.c.task_key,
        _run.c.id.label("subflow_run_id"),
        _run.c.name.label("subflow_run_name"),
        func.coalesce(_run.c.state_type, _task.c.state_type).label("state_type"),
        func.coalesce(_run.c.state_name, _task.c.state_name).label("state_name"),
        _begun.label("start_time"),
        func.coalesce(_run.c.end_time, _task.c.end_time).label("end_time"),
    )
    .outerjoin(_run, _run.c.parent_task_run_id == _task.c.id)
    .where(_task.c.flow_run_id == bindparam("run_id"), _task_workspace == bindparam("workspace"))
    .where(_begun.is_not(None))
    .order_by(_begun, _task.c.id)
    .limit(bindparam("most"))
)
_TASKS_AND_INPUTS = _TASKS.add_columns(_task.c.task_inputs)


def list_begun(
    session: Session, workspace: UUID, run_id: UUID, limit: int, *, inputs: bool = False
) -> Sequence[Row[Any]]:
    """Return the task runs that have begun, the first first; of a subflow's its run's times.

    With *inputs* they have their `task_inputs`, which may be large.
    """
    statement = _TASKS_AND_INPUTS if inputs else _TASKS
    names = {"workspace": workspace, "run_id": run_id, "most": limit}
    return session.execute(statement, names).all()
