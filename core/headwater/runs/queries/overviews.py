"""Statements of the pages: only the columns that they show, in orders that the indexes have."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.db.moments import SECOND, microseconds, to_microseconds
from headwater.deployments.models import Deployment
from headwater.errors import NotFoundError
from headwater.runs.models import Flow, FlowRun, TaskRun
from headwater.work.models import WorkPool, WorkQueue

_EXCERPT = 300  # characters of a state's message
_flow, _run, _task = Flow.__table__, FlowRun.__table__, TaskRun.__table__
_deployment, _queue, _pool = Deployment.__table__, WorkQueue.__table__, WorkPool.__table__
# Where a run bounds a search already. Not the bare column: SQLite, which keeps no statistics,
# takes one workspace for few rows and walks through all of it.
_task_workspace = func.coalesce(_task.c.workspace_id, _task.c.workspace_id)
_run_workspace = func.coalesce(_run.c.workspace_id, _run.c.workspace_id)
_parent_task, _parent_run = _task.alias(), _run.alias()
_flow_name = (select(_flow.c.name).where(_flow.c.id == _run.c.flow_id).scalar_subquery()).label(
    "flow_name"
)
_RUN_COLUMNS = ("id", "name", "tags", "run_count", "total_run_time")
_TIMES = ("expected_start_time", "start_time", "end_time")
_STATE = ("state_id", "state_type", "state_name", "state_timestamp")
_SHOWN = (*_RUN_COLUMNS, *_TIMES, *_STATE)
_LISTED_RUN: Select[Any] = select(
    *(_run.c[name] for name in _SHOWN),
    func.substr(_run.c.state_message, 1, _EXCERPT).label("state_message"),
    _flow_name,
)
_child = select(_run.c.id).where(_run.c.parent_task_run_id == _task.c.id).limit(1)
_LISTED_TASK: Select[Any] = select(
    *(_task.c[name] for name in _SHOWN), _child.scalar_subquery().label("subflow_run_id")
)
_SUBFLOW_RUNS: Select[Any] = (
    _LISTED_RUN.where(_run_workspace == bindparam("workspace"))
    .where(
        _run.c.parent_task_run_id.in_(
            select(_task.c.id).where(_task.c.flow_run_id == bindparam("run_id"))
        )
    )
    .order_by(_run.c.expected_start_time.desc(), _run.c.id.desc())
    .limit(bindparam("most"))
)
_RUN_AND_PARENT = (
    select(
        _run,
        _flow_name,
        _parent_run.c.id.label("parent_flow_run_id"),
        _parent_run.c.name.label("parent_flow_run_name"),
        _deployment.c.name.label("deployment_name"),
        _pool.c.name.label("work_pool_name"),
    )
    .outerjoin(_deployment, _deployment.c.id == _run.c.deployment_id)
    .outerjoin(_queue, _queue.c.id == _run.c.work_queue_id)
    .outerjoin(_pool, _pool.c.id == _queue.c.work_pool_id)
    .outerjoin(_parent_task, _parent_task.c.id == _run.c.parent_task_run_id)
    .outerjoin(_parent_run, _parent_run.c.id == _parent_task.c.flow_run_id)
    .where(_run.c.id == bindparam("run_id"), _run.c.workspace_id == bindparam("workspace"))
)
_TASK_AND_FLOW_RUN = (
    select(
        _task,
        _run.c.name.label("flow_run_name"),
        _flow_name,
        select(_parent_run.c.id)
        .where(_parent_run.c.parent_task_run_id == _task.c.id)
        .limit(1)
        .scalar_subquery()
        .label("subflow_run_id"),
    )
    .outerjoin(_run, _run.c.id == _task.c.flow_run_id)
    .where(_task.c.id == bindparam("run_id"), _task.c.workspace_id == bindparam("workspace"))
)
_TASKS_BY_STATE = (
    select(_task.c.state_type, func.count())
    .where(_task.c.flow_run_id == bindparam("run_id"))
    .where(_task_workspace == bindparam("workspace"))
    .group_by(_task.c.state_type)
)
_begin = bindparam("begin", type_=BigInteger)
_hour = (microseconds(_run.c.expected_start_time) - _begin) // (3600 * SECOND)
_BY_HOUR = (
    select(_hour.label("hour"), _run.c.state_type, func.count().label("runs"))
    .where(
        _run.c.workspace_id == bindparam("workspace"),
        _run.c.expected_start_time >= bindparam("since"),
        _run.c.expected_start_time < bindparam("until"),
    )
    .group_by(text("hour"), _run.c.state_type)  # by its name: the expression has parameters
)


def count_by_interval(
    session: Session, condition: Condition, begin: datetime, end: datetime, seconds: int
) -> Sequence[Row[Any]]:
    """Count the runs expected to start from *begin* until *end*, both whole seconds.

    Rows of `number` of the interval, of so many seconds each, state type and `runs`; intervals
    without runs have none.
    """
    since = microseconds(_run.c.expected_start_time) - to_microseconds(begin)
    statement = (
        select(
            (since // (seconds * SECOND)).label("number"),
            _run.c.state_type,
            func.count().label("runs"),
        )
        .where(condition)
        .where(_run.c.expected_start_time >= begin, _run.c.expected_start_time < end)
        .group_by(text("number"), _run.c.state_type)
    )
    return session.execute(statement).all()


def list_newest_flow_runs(
    session: Session, condition: Condition, limit: int, state_types: Collection[str] = ()
) -> Sequence[Row[Any]]:
    """Return runs with the start of their states' messages, those expected last at the top.

    Where *state_types* are named, they are in one of those. Each is searched by itself, since
    that is in the order of an index, and what no run is in costs nothing.
    """
    newest = (_run.c.expected_start_time.desc(), _run.c.id.desc())
    page = _LISTED_RUN
    if state_types:
        of_each = [
            select(_run.c.id)
            .where(condition, _run.c.state_type == str(kind))
            .order_by(*newest)
            .limit(limit)
            .subquery()
            for kind in state_types
        ]
        found = union_all(*(select(each.c.id) for each in of_each)).subquery()
        page = page.join(found, found.c.id == _run.c.id)
    else:
        page = page.where(condition)
    return session.execute(page.order_by(*newest).limit(limit)).all()


def list_newest_task_runs(session: Session, condition: Condition, limit: int) -> Sequence[Row[Any]]:
    """Return task runs with `subflow_run_id`, those expected last at the top."""
    page = _LISTED_TASK.where(condition)
    page = page.order_by(_task.c.expected_start_time.desc(), _task.c.id.desc())
    return session.execute(page.limit(limit)).all()


def task_runs_of(
    workspace: UUID, flow_run_id: UUID, state_types: Collection[str] = ()
) -> Condition:
    """Return what task runs of a flow run are; in one of the states, where any are named."""
    conditions = [_task_workspace == workspace, _task.c.flow_run_id == flow_run_id]
    if state_types:
        conditions.append(_task.c.state_type.in_([str(kind) for kind in state_types]))
    return and_(*conditions)


def task_runs_older_than(run: tuple[datetime, UUID]) -> Condition:
    """Return what follows a task run of (expected start, id) in a list with the newest first."""
    begun, run_id = run
    due = _task.c.expected_start_time
    return or_(due < begun, and_(due == begun, _task.c.id < run_id))


def list_subflow_runs(
    session: Session, workspace: UUID, run_id: UUID, limit: int
) -> Sequence[Row[Any]]:
    values = {"run_id": run_id, "workspace": workspace, "most": limit}
    return session.execute(_SUBFLOW_RUNS, values).all()


def get_flow_run_and_parent(session: Session, workspace: UUID, run_id: UUID) -> Row[Any]:
    """Return the run with its `flow_name`, and what it is of, if anything: `deployment_name`,
    `work_pool_name`, `parent_flow_run_id`, `parent_flow_run_name`."""
    found = session.execute(_RUN_AND_PARENT, {"run_id": run_id, "workspace": workspace}).first()
    if found is None:
        raise NotFoundError("Flow run not found")
    return found


def get_task_run_and_flow_run(session: Session, workspace: UUID, run_id: UUID) -> Row[Any]:
    """Return the task run with its `flow_run_name`, `flow_name` and `subflow_run_id`, if any."""
    found = session.execute(_TASK_AND_FLOW_RUN, {"run_id": run_id, "workspace": workspace}).first()
    if found is None:
        raise NotFoundError("Task run not found")
    return found


def count_task_runs_by_state(
    session: Session, workspace: UUID, flow_run_id: UUID
) -> dict[str | None, int]:
    rows = session.execute(_TASKS_BY_STATE, {"run_id": flow_run_id, "workspace": workspace})
    return {kind: count for kind, count in rows}  # noqa: C416  # rows are no pairs to mypy


def count_by_hour(
    session: Session, workspace: UUID, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Count the runs expected to start in that time: rows of `hour` after *since*, state type and
    `runs`; hours without runs have none."""
    values = {"begin": to_microseconds(since), "since": since, "until": until}
    return session.execute(_BY_HOUR, values | {"workspace": workspace}).all()
