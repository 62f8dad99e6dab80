"""Deployments are ready while somebody asks for their runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.deployments.queries import readiness as queries
from headwater.deployments.service import news
from headwater.deployments.service.deployments import get
from headwater.work.rules.statuses import POLLED_WITHIN

FRESH = timedelta(seconds=5)  # for which a poll is not noted again


def list_to_note(
    session: Session, workspace: UUID, deployment_ids: Sequence[UUID], *, now: datetime
) -> list[UUID]:
    """Return those of the deployments that are not known to be looked at these days."""
    if not deployment_ids:
        return []
    return queries.list_unpolled(session, workspace, deployment_ids, now - FRESH)


def note_poll(
    session: Session, workspace: UUID, deployment_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Note that somebody looks for runs of deployments: they are ready to run, and told so."""
    waking = queries.list_waking(session, workspace, deployment_ids)
    queries.mark_polled(session, workspace, deployment_ids, now)
    news.tell_of_status(session, [row._asdict() for row in waking], "READY", now=now)


def note_poll_of_queues(
    session: Session, workspace: UUID, queue_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Note that somebody asks queues for runs, and so for those of their deployments."""
    found = queries.list_unpolled_of_queues(session, workspace, queue_ids, now - FRESH)
    if found:
        note_poll(session, workspace, found, now=now)


def call_unasked(session: Session, workspace: UUID, deployment_id: UUID, *, now: datetime) -> None:
    """Call a deployment not ready, unless somebody has asked for its runs meanwhile."""
    if queries.call_not_ready(session, deployment_id, now - POLLED_WITHIN):
        row = get(session, workspace, deployment_id)
        news.tell_of_status(session, [row._asdict()], "NOT_READY", now=now)
