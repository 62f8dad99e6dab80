"""Pauses deployments, and lets them go on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.deployments.queries import deployments as queries
from headwater.deployments.queries import schedules as schedule_queries
from headwater.deployments.service import schedules
from headwater.errors import InvalidError, NotFoundError
from headwater.runs.queries import scheduled


def refuse_several(session: Session, workspace: UUID, deployment_id: UUID) -> Row[Any] | None:
    """Return the one schedule, None where there is none; raise InvalidError for several."""
    rows = schedule_queries.list_schedules(session, workspace, [deployment_id])
    if len(rows) > 1:
        raise InvalidError(
            f"Error updating deployment: Deployment UUID('{deployment_id}') has multiple "
            "schedules. Please use the UI or update your client to adjust this deployment's "
            "schedules."
        )
    return rows[0] if rows else None


def set_paused(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    *,
    paused: bool,
    only_schedule: bool = False,
    now: datetime,
) -> None:
    """Pause a deployment, which takes back the scheduler's runs, or let it go on.

    *only_schedule*: as 2.x does, which knows of one schedule, and sets that active or not too.
    """
    if not queries.lock_deployment(session, workspace, deployment_id):
        raise NotFoundError("Deployment not found")
    if only_schedule:
        schedule = refuse_several(session, workspace, deployment_id)
        if schedule is not None:
            active = {"active": not paused, "updated": now}
            schedule_queries.change_schedule(session, workspace, deployment_id, schedule.id, active)
    changes = {"paused": paused, "updated": now}
    queries.change_deployment(session, workspace, deployment_id, changes)
    if paused:
        scheduled.delete_auto_scheduled(session, workspace, deployment_id)
        schedule_queries.plan_all_at(session, workspace, deployment_id, None)
    else:
        schedules.replan(session, workspace, deployment_id, now=now)
