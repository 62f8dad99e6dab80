"""How many runs of a deployment may run at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.schemas.limits import Limit
from headwater.concurrency.service import limits
from headwater.deployments.queries import deployments as queries
from headwater.deployments.schemas.deployments import DeploymentCreate, DeploymentUpdate
from headwater.errors import NotFoundError


def keep(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    sent: DeploymentCreate | DeploymentUpdate,
    *,
    now: datetime,
) -> None:
    """Give a deployment the limit that was named: one of its own, one that is there, or none.

    Raise NotFoundError for one that is not there.
    """
    shared = sent.global_concurrency_limit_id
    if shared is None and not (
        sent.names("concurrency_limit") or sent.names("global_concurrency_limit_id")
    ):
        return
    if shared is not None and not limits.list_by_ids(session, workspace, [shared], now=now):
        raise NotFoundError("Concurrency limit not found")
    own = sent.concurrency_limit
    kept = limits.set_for_deployment(session, workspace, deployment_id, own, now=now)
    values = {"concurrency_limit_id": shared or kept}
    queries.change_deployment(session, workspace, deployment_id, values)


def list_of(
    session: Session, workspace: UUID, rows: Iterable[Row[Any]], *, now: datetime
) -> dict[UUID, Limit]:
    """Return the limits of deployments by their ids."""
    ids = {row.concurrency_limit_id for row in rows if row.concurrency_limit_id is not None}
    return limits.list_by_ids(session, workspace, ids, now=now)


def remove(session: Session, workspace: UUID, deployment_id: UUID, *, now: datetime) -> None:
    """Remove a deployment's own limit; one that others may have stays."""
    limits.set_for_deployment(session, workspace, deployment_id, None, now=now)
