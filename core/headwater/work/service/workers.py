"""What the server does with workers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.errors import NotFoundError
from headwater.work.queries import pools
from headwater.work.queries import workers as queries
from headwater.work.rules import statuses
from headwater.work.schemas.statuses import WorkPoolStatus
from headwater.work.schemas.workers import Heartbeat
from headwater.work.service.pools import move


def beat(
    session: Session, workspace: UUID, pool_name: str, heartbeat: Heartbeat, *, now: datetime
) -> None:
    """Note that a worker is there, which makes its pool ready. Raise NotFoundError: no pool."""
    pool = pools.get_pool(session, workspace, pool_name)
    wakes = pool.status == WorkPoolStatus.NOT_READY
    if wakes:  # locked first: a new worker locks its pool too, and two would wait crosswise
        pool = pools.get_locked_pool(session, workspace, pool_name)
    interval = heartbeat.heartbeat_interval_seconds
    queries.beat(session, workspace, pool.id, heartbeat.name, interval, now=now)
    if wakes:
        status = statuses.pool_status(pool.type, paused=pool.is_paused, online=True)
        move(session, pool._asdict(), {}, status, now=now)


def delete(session: Session, workspace: UUID, pool_name: str, name: str) -> None:
    pool = pools.get_pool(session, workspace, pool_name)
    if not queries.delete_worker(session, pool.id, name):
        raise NotFoundError("Worker not found.")
