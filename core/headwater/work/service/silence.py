"""What becomes of workers, pools and queues of which nothing was heard for too long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.events import log
from headwater.work.queries import silence as queries
from headwater.work.rules.statuses import POLLED_WITHIN, worker_status
from headwater.work.schemas.statuses import WorkerStatus, WorkPoolStatus, WorkQueueStatus
from headwater.work.service import news
from headwater.work.service.pools import move


def is_silent(worker: Row[Any], now: datetime) -> bool:
    interval = worker.heartbeat_interval_seconds
    return worker_status(worker.last_heartbeat_time, interval, now) is WorkerStatus.OFFLINE


def call_offline(session: Session, worker_ids: Sequence[UUID], *, now: datetime) -> None:
    """Call workers offline, but for those that were heard meanwhile."""
    found = queries.list_locked_workers(session, worker_ids)
    queries.call_offline(session, [worker.id for worker in found if is_silent(worker, now)])


def call_deserted(session: Session, pool_id: UUID, *, now: datetime) -> None:
    """Call a pool not ready, unless a worker has come meanwhile."""
    pool = queries.find_deserted(session, pool_id)
    if pool is not None:
        move(session, pool._asdict(), {}, WorkPoolStatus.NOT_READY, now=now)


def call_unasked(session: Session, queue_ids: Sequence[UUID], *, now: datetime) -> None:
    """Call queues not ready, but for those that were asked meanwhile."""
    found = queries.list_locked_queues(session, queue_ids, now - POLLED_WITHIN)
    queries.call_not_ready(session, [queue.id for queue in found], now)
    for queue in found:
        event = news.of_queue(WorkQueueStatus.NOT_READY, queue._asdict(), now)
        log.append(session, queue.workspace_id, [event], now=now)
