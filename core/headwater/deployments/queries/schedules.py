"""Statements over the schedules of deployments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, bindparam, case, delete, insert, select, update
from sqlalchemy.orm import Session

from headwater.db.base import UtcDateTime
from headwater.deployments.models import Deployment, DeploymentSchedule

schedule, _deployment = DeploymentSchedule.__table__, Deployment.__table__
_mine = schedule.c.workspace_id == bindparam("workspace")
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_newest = (schedule.c.updated.desc(), schedule.c.id.desc())
_OF_DEPLOYMENTS = (
    select(schedule).where(schedule.c.deployment_id.in_(_ids), _mine).order_by(*_newest)
)
_ADD = insert(schedule)
_of = schedule.c.deployment_id == bindparam("of_deployment")
_CHANGE = update(schedule).where(schedule.c.id == bindparam("schedule_id"), _of, _mine)
_DELETE = delete(schedule).where(schedule.c.id.in_(_ids), _of, _mine).returning(schedule.c.id)
_DELETE_ALL = delete(schedule).where(_of, _mine).returning(schedule)
# To plan anew is no change of a schedule.
_PLAN_ALL = (
    update(schedule)
    .where(_of, _mine)
    .values(
        plan_at=case((schedule.c.active, bindparam("plan", type_=UtcDateTime()))),
        updated=schedule.c.updated,
    )
)
_PLANNED = (
    update(schedule)
    .where(schedule.c.id == bindparam("schedule_id"))
    .values(plan_at=bindparam("plan"), updated=schedule.c.updated)
)
_running = (
    schedule.c.plan_at.is_not(None),
    schedule.c.active.is_(True),
    _deployment.c.paused.is_(False),
)
_joined = schedule.join(_deployment, _deployment.c.id == schedule.c.deployment_id)
_DUE: Select[Any] = (
    select(schedule.c.deployment_id, schedule.c.workspace_id, schedule.c.plan_at)
    .select_from(_joined)
    .where(*_running)
    .order_by(schedule.c.plan_at)
    .limit(bindparam("most"))
)


def list_schedules(
    session: Session, workspace: UUID, deployment_ids: Collection[UUID]
) -> Sequence[Row[Any]]:
    """Return the schedules of those deployments, the last changed first."""
    if not deployment_ids:
        return ()
    of = {"ids": list(deployment_ids), "workspace": workspace}
    return session.execute(_OF_DEPLOYMENTS, of).all()


def add_schedules(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.connection().execute(_ADD, rows)


def change_schedule(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    schedule_id: UUID,
    values: Mapping[str, Any],
) -> bool:
    """Change a schedule; return False when the deployment has none of that id."""
    of = {"schedule_id": schedule_id, "of_deployment": deployment_id, "workspace": workspace}
    statement = _CHANGE.values(**values).returning(schedule.c.id)
    return session.execute(statement, of).first() is not None


def delete_schedules(
    session: Session, workspace: UUID, deployment_id: UUID, ids: Collection[UUID]
) -> list[UUID]:
    of = {"ids": list(ids), "of_deployment": deployment_id, "workspace": workspace}
    return list(session.execute(_DELETE, of).scalars())


def delete_all_schedules(
    session: Session, workspace: UUID, deployment_id: UUID
) -> Sequence[Row[Any]]:
    """Remove a deployment's schedules; return what may hold for those in their place."""
    of = {"of_deployment": deployment_id, "workspace": workspace}
    return session.execute(_DELETE_ALL, of).all()


def plan_all_at(
    session: Session, workspace: UUID, deployment_id: UUID, plan: datetime | None
) -> None:
    """Let the scheduler make runs of the deployment's active schedules then, None: not."""
    of = {"of_deployment": deployment_id, "workspace": workspace}
    session.execute(_PLAN_ALL, of | {"plan": plan})


def set_plan(session: Session, schedule_id: UUID, plan: datetime | None) -> None:
    session.execute(_PLANNED, {"schedule_id": schedule_id, "plan": plan})


def list_next_to_plan(session: Session, most: int) -> Sequence[Row[Any]]:
    """Return the deployments whose schedules are to be planned next, in all workspaces."""
    return session.execute(_DUE, {"most": most}).all()
