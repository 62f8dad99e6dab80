"""Statements over task runs and their states."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Row,
    Select,
    bindparam,
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.columns import ColumnReader
from headwater.db.criteria import Condition, join, meet, meet_tags
from headwater.db.hot import Columns
from headwater.db.upserts import insert_new
from headwater.errors import NotFoundError
from headwater.runs.models import FlowRun, TaskRun, TaskRunState
from headwater.runs.schemas.task_runs import TaskRunFilter, TaskRunSort

task_run, state = TaskRun.__table__, TaskRunState.__table__
_flow_run = FlowRun.__table__
_mine = task_run.c.workspace_id == bindparam("workspace")
_TASKS = select(task_run)
_RUN = _TASKS.where(task_run.c.id == bindparam("run_id"), _mine)
_TASK_RUNS = ColumnReader(_TASKS)
_COUNT = select(func.count()).select_from(task_run)
_LOCKED_RUN = _RUN.with_for_update()
_RUN_OF_KEYS = select(task_run).where(
    _mine,
    task_run.c.flow_run_id == bindparam("of_flow_run"),
    task_run.c.task_key == bindparam("of_task"),
    task_run.c.dynamic_key == bindparam("of_call"),
)
_ADD = insert_new(task_run).returning(task_run.c.id)
_ADD_STATE = insert(state)
_ADD_STATES = insert_new(state)
_CHANGE = update(task_run).where(task_run.c.id == bindparam("run_id"))
_CHANGE_MINE = _CHANGE.where(_mine)
_FOLLOW_SUBFLOW = _CHANGE_MINE.values(
    run_count=task_run.c.run_count + bindparam("started"),
    start_time=func.coalesce(
        task_run.c.start_time, bindparam("start", type_=task_run.c.start_time.type)
    ),
    total_run_time=task_run.c.total_run_time + bindparam("ran"),
)
_STATES = (
    select(state)
    .where(state.c.task_run_id == bindparam("run_id"))
    .where(state.c.workspace_id == bindparam("workspace"))
    .order_by(state.c.timestamp, state.c.id)
)
_duration = func.coalesce(task_run.c.total_run_time, 0)
_ORDER: dict[TaskRunSort, ColumnElement[Any]] = {
    TaskRunSort.ID_DESC: task_run.c.id.desc(),
    TaskRunSort.EXPECTED_START_TIME_ASC: task_run.c.expected_start_time.asc().nulls_last(),
    TaskRunSort.EXPECTED_START_TIME_DESC: task_run.c.expected_start_time.desc().nulls_last(),
    TaskRunSort.NAME_ASC: task_run.c.name.asc(),
    TaskRunSort.NAME_DESC: task_run.c.name.desc(),
    TaskRunSort.NEXT_SCHEDULED_START_TIME_ASC: (
        task_run.c.next_scheduled_start_time.asc().nulls_last()
    ),
    TaskRunSort.END_TIME_DESC: task_run.c.end_time.desc().nulls_last(),
    TaskRunSort.DURATION_ASC: _duration.asc(),
    TaskRunSort.DURATION_DESC: _duration.desc(),
}


def get_task_run(session: Session, workspace: UUID, run_id: UUID) -> Row[Any]:
    found = session.execute(_RUN, {"run_id": run_id, "workspace": workspace}).first()
    if found is None:
        raise NotFoundError("Task not found")
    return found


def get_locked_task_run(session: Session, workspace: UUID, run_id: UUID) -> Row[Any]:
    found = session.execute(_LOCKED_RUN, {"run_id": run_id, "workspace": workspace}).first()
    if found is None:
        raise NotFoundError(f"Task run with id {run_id} not found", key="exception_message")
    return found


def find_task_run_of_keys(
    session: Session, workspace: UUID, flow_run_id: UUID | None, task_key: str, dynamic_key: str
) -> Row[Any] | None:
    keys = {"of_flow_run": flow_run_id, "of_task": task_key, "of_call": dynamic_key}
    return session.execute(_RUN_OF_KEYS, keys | {"workspace": workspace}).first()


def add_task_run(session: Session, values: dict[str, Any]) -> bool:
    """Keep a task run; return False when its id or its keys are taken."""
    return session.execute(_ADD, values).first() is not None


def add_task_run_state(session: Session, values: dict[str, Any]) -> None:
    session.execute(_ADD_STATE, values)


def add_task_run_states(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep those states that are not known yet."""
    session.execute(_ADD_STATES, rows)


def change_task_run(session: Session, run_id: UUID, values: dict[str, Any]) -> bool:
    """Change what *values* name; return False when there is no such run."""
    changed = session.execute(_CHANGE, values | {"run_id": run_id})
    return cast(CursorResult[Any], changed).rowcount > 0


def follow_subflow(
    session: Session,
    workspace: UUID,
    run_id: UUID,
    values: dict[str, Any],
    *,
    started: int,
    start: datetime | None,
    ran: float,
) -> bool:
    """Change what *values* name, and add to what earlier runs of the subflow were: *started*
    to the count of runs, *ran* to their seconds. Return False when there is no such run.
    """
    more: dict[str, Any] = {"run_id": run_id, "workspace": workspace}
    more |= {"started": started, "start": start, "ran": ran}
    changed = session.execute(_FOLLOW_SUBFLOW, values | more)
    return cast(CursorResult[Any], changed).rowcount > 0


def update_task_run(
    session: Session, workspace: UUID, run_id: UUID, values: dict[str, Any]
) -> bool:
    statement = _CHANGE_MINE.values(values).returning(task_run.c.id)
    return (
        session.execute(statement, {"run_id": run_id, "workspace": workspace}).first() is not None
    )


def list_task_run_states(session: Session, workspace: UUID, run_id: UUID) -> Sequence[Row[Any]]:
    return session.execute(_STATES, {"run_id": run_id, "workspace": workspace}).all()


def list_task_runs(
    session: Session, condition: Condition, sort: TaskRunSort, limit: int, offset: int = 0
) -> Sequence[Row[Any]]:
    return session.execute(_page(condition, sort, limit, offset)).all()


def read_task_runs(
    session: Session, condition: Condition, sort: TaskRunSort, limit: int, offset: int
) -> Columns:
    """Return what `list_task_runs` does, as columns."""
    return _TASK_RUNS.read(session, _page(condition, sort, limit, offset))


def _page(condition: Condition, sort: TaskRunSort, limit: int, offset: int) -> Select[Any]:
    newest = task_run.c.id.desc()
    # Never twice the same: SQLite would not see that an index has it.
    order = [newest] if sort is TaskRunSort.ID_DESC else [_ORDER[sort], newest]
    return _TASKS.where(condition).order_by(*order).limit(limit).offset(offset)


def count_task_runs(session: Session, condition: Condition) -> int:
    return session.scalars(_COUNT.where(condition)).one()


def conditions_of_task_runs(wanted: TaskRunFilter | None, dialect: str) -> Condition:
    if wanted is None:
        return true()
    c = task_run.c
    conditions = [
        *meet(c.id, wanted.id),
        *meet(c.name, wanted.name),
        *meet_tags(c.tags, wanted.tags, dialect),
        *meet(c.start_time, wanted.start_time),
        *meet(c.end_time, wanted.end_time),
        *meet(c.expected_start_time, wanted.expected_start_time),
        *meet(c.flow_run_id, wanted.flow_run_id),
    ]
    if wanted.state is not None:
        in_state = [*meet(c.state_type, wanted.state.type), *meet(c.state_name, wanted.state.name)]
        conditions.append(join(wanted.state, in_state))
    if wanted.subflow_runs is not None and wanted.subflow_runs.exists_ is not None:
        has_one = exists(select(1).where(_flow_run.c.parent_task_run_id == c.id))
        conditions.append(has_one if wanted.subflow_runs.exists_ else ~has_one)
    return join(wanted, conditions)
