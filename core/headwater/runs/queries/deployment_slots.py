"""Statements over slots of concurrency limits that runs hold or wait for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Row, Select, and_, bindparam, exists, literal_column, or_, select
from sqlalchemy.orm import Session

from headwater.concurrency.models import ConcurrencyLease
from headwater.concurrency.schemas.slots import HolderType
from headwater.deployments.models import Deployment
from headwater.runs.models import FlowRun, TaskRun
from headwater.runs.models.flow_runs import WAITING
from headwater.runs.rules.slots import AWAITING_SLOT
from headwater.runs.schemas.states import FINAL, StateType

_run, _task, _deployment = FlowRun.__table__, TaskRun.__table__, Deployment.__table__
_lease = ConcurrencyLease.__table__
_LIMIT: Select[Any] = select(_deployment.c.concurrency_limit_id, _deployment.c.concurrency_options)
_LIMIT = _LIMIT.where(
    _deployment.c.workspace_id == bindparam("workspace"), _deployment.c.id == bindparam("id")
)
_WAITING: Select[Any] = (
    select(
        _run.c.id,
        _run.c.workspace_id,
        _run.c.next_scheduled_start_time,
        _deployment.c.concurrency_limit_id,
    )
    .join(_deployment, _deployment.c.id == _run.c.deployment_id)
    .where(
        literal_column(f"flow_run.{WAITING}", Boolean),
        _run.c.state_type == StateType.SCHEDULED,
        _run.c.state_name == AWAITING_SLOT,
    )
    .order_by(_run.c.next_scheduled_start_time, _run.c.id)
    .limit(bindparam("most"))
)
_of_run_that_goes_on = (
    exists()
    .where(_run.c.id == _lease.c.holder_id, _run.c.state_type.not_in(FINAL))
    .correlate(_lease)
)
_of_run_that_ended = (
    exists()
    .where(_task.c.id == _lease.c.holder_id, _task.c.flow_run_id == _run.c.id)
    .where(_run.c.state_type.in_(FINAL))
    .correlate(_lease)
)
# Leases without an end, which states give back: unless whoever would have set them is dead.
_LEFT_BEHIND: Select[Any] = (
    select(_lease.c.id, _lease.c.workspace_id)
    .where(_lease.c.expires.is_(None))
    .where(
        or_(
            and_(_lease.c.holder_type == HolderType.FLOW_RUN, ~_of_run_that_goes_on),
            and_(_lease.c.holder_type == HolderType.TASK_RUN, _of_run_that_ended),
        )
    )
    .limit(bindparam("most"))
)


def find_limit_of_deployment(
    session: Session, workspace: UUID, deployment_id: UUID
) -> Row[Any] | None:
    return session.execute(_LIMIT, {"workspace": workspace, "id": deployment_id}).first()


def list_awaiting_slots(session: Session, most: int) -> Sequence[Row[Any]]:
    """Return runs that wait for a slot of their deployment's limit, the earliest due first."""
    return session.execute(_WAITING, {"most": most}).all()


def list_left_behind(session: Session, most: int) -> Sequence[Row[Any]]:
    """Return leases, with their workspaces, whose holders are over and gave nothing back."""
    return session.execute(_LEFT_BEHIND, {"most": most}).all()
