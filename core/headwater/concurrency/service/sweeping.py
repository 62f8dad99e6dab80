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
    """End those of *over* that nobody renewed meanwhile."""
    for lease in over:
        locked = queries.find_locked_lease(session, lease.workspace_id, lease.id)
        if locked is not None and (locked.expires is None or locked.expires <= now):
            slots.end_leases(session, lease.workspace_id, [locked], now=now)
