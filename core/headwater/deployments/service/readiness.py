"""Deployments are ready while somebody asks for their runs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.deployments.queries import readiness as queries
from headwater.deployments.service import news
from headwater.deployments.service.deployments import get
from headwater.deployments.service.runs import note_poll
from headwater.work.rules.statuses import POLLED_WITHIN


def note_poll_of_queues(
    session: Session, workspace: UUID, queue_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Note that somebody asks queues for runs, and so for those of their deployments."""
    found = queries.list_of_queues(session, workspace, queue_ids)
    if found:
        note_poll(session, workspace, found, now=now)


def call_unasked(session: Session, workspace: UUID, deployment_id: UUID, *, now: datetime) -> None:
    """Call a deployment not ready, unless somebody has asked for its runs meanwhile."""
    if queries.call_not_ready(session, deployment_id, now - POLLED_WITHIN):
        row = get(session, workspace, deployment_id)
        news.tell_of_status(session, row._asdict(), "NOT_READY", now=now)
