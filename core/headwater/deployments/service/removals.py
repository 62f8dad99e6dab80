"""Removes deployments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.deployments.queries import deployments as queries
from headwater.deployments.schemas.filters import DeploymentSort, DeploymentsToDelete
from headwater.deployments.service import limits, news, schedules
from headwater.deployments.service.deployments import get
from headwater.runs.queries import scheduled
from headwater.runs.queries.lists import deployments_wanted
from headwater.runs.schemas.lists import RunsWanted


def delete(session: Session, workspace: UUID, deployment_id: UUID, *, now: datetime) -> None:
    schedules.hold(session, workspace, deployment_id)
    _delete(session, workspace, [get(session, workspace, deployment_id)], now=now)


def bulk_delete(
    session: Session, workspace: UUID, wanted: DeploymentsToDelete, *, now: datetime
) -> list[UUID]:
    """Remove the deployments that meet a filter, and return their ids."""
    dialect = session.get_bind().dialect.name
    condition = deployments_wanted(workspace, RunsWanted(deployments=wanted.deployments), dialect)
    found = queries.list_deployments(session, condition, DeploymentSort.NAME_ASC, wanted.limit)
    # Who else removes some of them meanwhile, tells of those.
    rows = [row for row in found if queries.lock_deployment(session, workspace, row.id)]
    _delete(session, workspace, rows, now=now)
    return [row.id for row in rows]


def _delete(session: Session, workspace: UUID, rows: Sequence[Row[Any]], *, now: datetime) -> None:
    """Remove deployments that are held, with their schedules, limits and runs that have not
    begun; their other runs stay."""
    ids = [row.id for row in rows]
    if not ids:
        return
    scheduled.delete_scheduled(session, workspace, ids)
    queries.delete_deployments(session, workspace, ids)
    for row in rows:
        limits.remove(session, workspace, row.id, now=now)
        news.tell_of_removal(session, row._asdict(), now=now)
