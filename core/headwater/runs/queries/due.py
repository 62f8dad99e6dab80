"""Statements that find the runs that something is due for. They look at all workspaces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Row, Select, bindparam, literal_column, select
from sqlalchemy.orm import Session

from headwater.runs.models import FlowRun, TaskRun
from headwater.runs.models.flow_runs import CANCELLED, SKIPPABLE, WAITING
from headwater.runs.schemas.states import FINAL, StateType

_run, _task = FlowRun.__table__, TaskRun.__table__
_waiting = literal_column(f"flow_run.{WAITING}", Boolean)
_KEYS = (_run.c.id, _run.c.workspace_id)
_SCHEDULED: Select[Any] = (
    select(*_KEYS, _run.c.next_scheduled_start_time)
    .where(_waiting, _run.c.state_type == StateType.SCHEDULED, _run.c.state_name == "Scheduled")
    .where(_run.c.next_scheduled_start_time.is_not(None))
    .order_by(_run.c.next_scheduled_start_time)
    .limit(bindparam("most"))
)
_SKIPPABLE: Select[Any] = (
    select(*_KEYS, _run.c.skip_at)
    .where(literal_column(f"flow_run.{SKIPPABLE}", Boolean))
    .where(_run.c.next_scheduled_start_time == _run.c.expected_start_time)
    .order_by(_run.c.skip_at)
    .limit(bindparam("most"))
)
_PAUSED: Select[Any] = (
    select(*_KEYS, _run.c.state_details)
    .where(_waiting, _run.c.state_type == StateType.PAUSED)
    .limit(bindparam("most"))
)
_CANCELLING: Select[Any] = (
    select(*_KEYS, _run.c.state_timestamp)
    .where(_waiting, _run.c.state_type == StateType.CANCELLING)
    .order_by(_run.c.state_timestamp)
    .limit(bindparam("most"))
)
_cancelled = [
    literal_column(f"flow_run.{CANCELLED}", Boolean),
    _run.c.state_timestamp >= bindparam("since"),
]
_OPEN_TASKS: Select[Any] = (
    select(_task.c.id, _task.c.workspace_id)
    .join(_run, _run.c.id == _task.c.flow_run_id)
    .where(*_cancelled, _task.c.state_type.not_in(FINAL))
    .limit(bindparam("most"))
)
_child = _run.alias()
_OPEN_SUBFLOWS: Select[Any] = (
    select(_child.c.id, _child.c.workspace_id, _child.c.deployment_id)
    .join(_task, _task.c.id == _child.c.parent_task_run_id)
    .join(_run, _run.c.id == _task.c.flow_run_id)
    .where(*_cancelled, _child.c.state_type.not_in(FINAL | {StateType.CANCELLING}))
    .limit(bindparam("most"))
)


def list_scheduled(session: Session, most: int) -> Sequence[Row[Any]]:
    """Return runs that wait for their time and are not called late, the earliest first."""
    return session.execute(_SCHEDULED, {"most": most}).all()


def list_skippable(session: Session, most: int) -> Sequence[Row[Any]]:
    """Return runs that are skipped at some time unless somebody begins them, the first first."""
    return session.execute(_SKIPPABLE, {"most": most}).all()


def list_paused(session: Session, most: int) -> Sequence[Row[Any]]:
    return session.execute(_PAUSED, {"most": most}).all()


def list_cancelling(session: Session, most: int) -> Sequence[Row[Any]]:
    return session.execute(_CANCELLING, {"most": most}).all()


def list_open_tasks_of_cancelled(
    session: Session, since: datetime, most: int
) -> Sequence[Row[Any]]:
    return session.execute(_OPEN_TASKS, {"since": since, "most": most}).all()


def list_open_subflows_of_cancelled(
    session: Session, since: datetime, most: int
) -> Sequence[Row[Any]]:
    return session.execute(_OPEN_SUBFLOWS, {"since": since, "most": most}).all()
