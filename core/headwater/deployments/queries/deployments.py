"""Statements over deployments, and the conditions that filters make."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition, join, meet, meet_tags
from headwater.db.upserts import insert_new
from headwater.deployments.models import Deployment
from headwater.deployments.schemas.filters import DeploymentFilter, DeploymentSort
from headwater.work.models import WorkPool, WorkQueue

deployment = Deployment.__table__
# By names of their own, since the conditions of filters look into these tables, too.
_queue, _pool = WorkQueue.__table__.alias("queue"), WorkPool.__table__.alias("pool")
_mine = deployment.c.workspace_id == bindparam("workspace")
# A deployment is shown in the queue that it is in, whatever name it was given.
SHOWN = (
    select(
        deployment,
        _queue.c.name.label("queue_name"),
        _pool.c.id.label("work_pool_id"),
        _pool.c.name.label("work_pool_name"),
        _pool.c.base_job_template,
    )
    .outerjoin(_queue, _queue.c.id == deployment.c.work_queue_id)
    .outerjoin(_pool, _pool.c.id == _queue.c.work_pool_id)
)
_ONE = SHOWN.where(deployment.c.id == bindparam("deployment_id"), _mine)
_named = (
    deployment.c.flow_id == bindparam("of_flow"),
    deployment.c.name == bindparam("called"),
    _mine,
)
_ONE_OF_NAME = SHOWN.where(*_named)
_LOCK = (
    select(deployment.c.id)
    .where(deployment.c.id == bindparam("deployment_id"), _mine)
    .with_for_update()
)
_LOCK_OF_NAME = select(deployment.c.id).where(*_named).with_for_update()
_ADD = insert_new(deployment, ["flow_id", "name"]).returning(deployment.c.id)
_CHANGE = update(deployment).where(deployment.c.id == bindparam("deployment_id"), _mine)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_DELETE = delete(deployment).where(deployment.c.id.in_(_ids), _mine)
_WITH_FILTER = (
    select(_queue)
    .where(_queue.c.filter.is_not(None), _queue.c.workspace_id == bindparam("workspace"))
    .order_by(_queue.c.name, _queue.c.id)
)
_ORDER: dict[DeploymentSort, ColumnElement[Any]] = {
    DeploymentSort.CREATED_DESC: deployment.c.created.desc(),
    DeploymentSort.UPDATED_DESC: deployment.c.updated.desc(),
    DeploymentSort.NAME_ASC: deployment.c.name.asc(),
    DeploymentSort.NAME_DESC: deployment.c.name.desc(),
}


def find_deployment(session: Session, workspace: UUID, deployment_id: UUID) -> Row[Any] | None:
    """Return the deployment with `queue_name`, `work_pool_id`, `work_pool_name` and the pool's
    `base_job_template`."""
    of = {"deployment_id": deployment_id, "workspace": workspace}
    return session.execute(_ONE, of).first()


def find_deployment_by_name(
    session: Session, workspace: UUID, flow_id: UUID, name: str
) -> Row[Any] | None:
    of = {"of_flow": flow_id, "called": name, "workspace": workspace}
    return session.execute(_ONE_OF_NAME, of).first()


def lock_deployment(session: Session, workspace: UUID, deployment_id: UUID) -> bool:
    """Hold the deployment until the unit of work ends: of two who change it or its schedules, or
    make its runs, one waits. Return False when there is none."""
    of = {"deployment_id": deployment_id, "workspace": workspace}
    return session.execute(_LOCK, of).first() is not None


def lock_deployment_of_name(
    session: Session, workspace: UUID, flow_id: UUID, name: str
) -> UUID | None:
    of = {"of_flow": flow_id, "called": name, "workspace": workspace}
    found: UUID | None = session.execute(_LOCK_OF_NAME, of).scalar()
    return found


def add_deployment(session: Session, values: dict[str, Any]) -> bool:
    """Keep a deployment; return False when the flow has one of that name."""
    return session.execute(_ADD, values).first() is not None


def change_deployment(
    session: Session, workspace: UUID, deployment_id: UUID, values: Mapping[str, Any]
) -> None:
    of = {"deployment_id": deployment_id, "workspace": workspace}
    session.execute(_CHANGE.values(**values), of)


def delete_deployments(session: Session, workspace: UUID, ids: Collection[UUID]) -> None:
    """Remove deployments with their schedules."""
    session.execute(_DELETE, {"ids": list(ids), "workspace": workspace})


def list_choosing_queues(session: Session, workspace: UUID) -> Sequence[Row[Any]]:
    """Return the queues of old, which have a filter that chooses deployments."""
    return session.execute(_WITH_FILTER, {"workspace": workspace}).all()


def list_deployments(
    session: Session, condition: Condition, sort: DeploymentSort, limit: int, offset: int = 0
) -> Sequence[Row[Any]]:
    page = SHOWN.where(condition).order_by(_ORDER[sort], deployment.c.id)
    return session.execute(page.limit(limit).offset(offset)).all()


def count_deployments(session: Session, condition: Condition) -> int:
    return session.scalars(select(func.count()).select_from(deployment).where(condition)).one()


def conditions_of_deployments(
    wanted: DeploymentFilter, flow_name: ColumnElement[Any], dialect: str
) -> Condition:
    """*flow_name* is the name of the deployment's flow, a column or a subquery."""
    c = deployment.c
    conditions = [
        *meet(c.id, wanted.id),
        *meet(c.name, wanted.name),
        *meet(c.paused, wanted.paused),
        *meet_tags(c.tags, wanted.tags, dialect),
        *meet(c.work_queue_name, wanted.work_queue_name),
    ]
    if wanted.is_schedule_active is not None and wanted.is_schedule_active.eq_ is not None:
        conditions.append(c.paused.is_(not wanted.is_schedule_active.eq_))
    either = wanted.flow_or_deployment_name
    if either is not None and either.like_ is not None:
        conditions.append(or_(*meet(c.name, either), *meet(flow_name, either)))
    return join(wanted, conditions)
