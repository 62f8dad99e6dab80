"""Ends what is over: leases that nobody renewed, and those that hold nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.queries import leases as queries
from headwater.concurrency.service import slots

BATCH = 100


def list_over(session: Session, *, now: datetime) -> list[Row[Any]]:
    """Return some leases, with their workspaces, that `end` would end."""
    return [*queries.list_expired(session, now, BATCH), *queries.list_idle(session, BATCH)]


def end(session: Session, over: Sequence[Row[Any]], *, now: datetime) -> None:
    """End those of *over* that nobody renewed meanwhile.

    All of a workspace at once: one by one, they and others who end some would wait crosswise.
    """
    for workspace in {lease.workspace_id for lease in over}:
        ids = {lease.id for lease in over if lease.workspace_id == workspace}
        locked = queries.list_locked_leases(session, workspace, ids)
        ended = [lease for lease in locked if lease.expires is None or lease.expires <= now]
        slots.end_leases(session, workspace, ended, now=now)
