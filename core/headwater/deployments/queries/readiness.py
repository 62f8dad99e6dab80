"""Statements that find whose runs somebody asks for, and whose nobody does."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from headwater.deployments.models import Deployment
from headwater.deployments.queries.deployments import SHOWN
from headwater.work.models import WorkQueue

_deployment, _queue = Deployment.__table__, WorkQueue.__table__
_ids: BindParameter[Any] = bindparam("ids", expanding=True)


def _is_old(polled: Any) -> Any:
    return or_(polled.is_(None), polled < bindparam("since"))


_UNPOLLED: Select[Any] = select(_deployment.c.id).where(
    _deployment.c.workspace_id == bindparam("workspace"),
    or_(_deployment.c.status != "READY", _is_old(_deployment.c.last_polled)),
)
_UNPOLLED_OF_QUEUES = _UNPOLLED.where(_deployment.c.work_queue_id.in_(_ids))
_UNPOLLED_OF = _UNPOLLED.where(_deployment.c.id.in_(_ids))
# As deployments are shown, since it is told of them.
_WAKING = (
    SHOWN.where(_deployment.c.workspace_id == bindparam("workspace"), _deployment.c.id.in_(_ids))
    .where(_deployment.c.status != "READY")
    .order_by(_deployment.c.id)
    .with_for_update(of=_deployment)
)
_READY = (
    update(_deployment)
    .where(_deployment.c.workspace_id == bindparam("workspace"), _deployment.c.id.in_(_ids))
    # That somebody looked for runs, is no change of the deployment.
    .values(last_polled=bindparam("polled"), status="READY", updated=_deployment.c.updated)
)
# One whose queue somebody asks is ready, even if it is too new for the poll to have met it.
_UNASKED: Select[Any] = (
    select(_deployment.c.id, _deployment.c.workspace_id)
    .outerjoin(_queue, _queue.c.id == _deployment.c.work_queue_id)
    .where(_deployment.c.status == "READY", _is_old(_deployment.c.last_polled))
    .where(_is_old(_queue.c.last_polled))
)
_NOT_READY = (
    update(_deployment)
    .where(_deployment.c.id == bindparam("this"), _deployment.c.status == "READY")
    .where(_is_old(_deployment.c.last_polled))
    .values(status="NOT_READY", updated=_deployment.c.updated)
    .returning(_deployment.c.id)
)


def list_unpolled(
    session: Session, workspace: UUID, ids: Collection[UUID], since: datetime
) -> list[UUID]:
    """Return those of the deployments that are not known to have been asked for since then."""
    of = {"workspace": workspace, "ids": list(ids), "since": since}
    return list(session.execute(_UNPOLLED_OF, of).scalars())


def list_unpolled_of_queues(
    session: Session, workspace: UUID, queue_ids: Collection[UUID], since: datetime
) -> list[UUID]:
    """Do so for the deployments whose runs wait in these queues."""
    of = {"workspace": workspace, "ids": list(queue_ids), "since": since}
    return list(session.execute(_UNPOLLED_OF_QUEUES, of).scalars())


def list_waking(session: Session, workspace: UUID, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Return those of the deployments that were not ready yet, locked."""
    return session.execute(_WAKING, {"ids": list(ids), "workspace": workspace}).all()


def mark_polled(session: Session, workspace: UUID, ids: Collection[UUID], now: datetime) -> None:
    session.execute(_READY, {"ids": list(ids), "workspace": workspace, "polled": now})


def list_unasked(session: Session, since: datetime) -> Sequence[Row[Any]]:
    """Return the ready deployments of all workspaces that nobody has asked for since then."""
    return session.execute(_UNASKED, {"since": since}).all()


def call_not_ready(session: Session, deployment_id: UUID, since: datetime) -> bool:
    """Return False where somebody has asked meanwhile."""
    values = {"this": deployment_id, "since": since}
    return session.execute(_NOT_READY, values).first() is not None
