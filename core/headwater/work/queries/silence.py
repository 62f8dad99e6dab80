"""Statements that find who has gone silent. They look at all workspaces."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from headwater.work.models import Worker, WorkPool
from headwater.work.queries.queues import SHOWN, work_queue
from headwater.work.schemas.statuses import WorkerStatus, WorkPoolStatus, WorkQueueStatus

_worker, _pool = Worker.__table__, WorkPool.__table__
_ONLINE: Select[Any] = select(
    _worker.c.id, _worker.c.last_heartbeat_time, _worker.c.heartbeat_interval_seconds
).where(_worker.c.status == WorkerStatus.ONLINE)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_LOCKED_WORKERS = _ONLINE.where(_worker.c.id.in_(_ids)).order_by(_worker.c.id).with_for_update()
_OFFLINE = update(_worker).where(_worker.c.id.in_(_ids)).values(status=WorkerStatus.OFFLINE)
_has_worker = exists().where(
    _worker.c.work_pool_id == _pool.c.id, _worker.c.status == WorkerStatus.ONLINE
)
_DESERTED: Select[Any] = select(_pool.c.id, _pool.c.workspace_id).where(
    _pool.c.status == WorkPoolStatus.READY, ~_has_worker
)
_DESERTED_POOL = (
    select(_pool)
    .where(_pool.c.id == bindparam("pool_id"), _pool.c.status == WorkPoolStatus.READY, ~_has_worker)
    .with_for_update(key_share=True)
)
_unasked = [
    work_queue.c.status == WorkQueueStatus.READY,
    or_(work_queue.c.last_polled.is_(None), work_queue.c.last_polled < bindparam("since")),
]
_UNASKED: Select[Any] = select(work_queue.c.id).where(*_unasked)
_LOCKED_QUEUES = (
    SHOWN.where(work_queue.c.id.in_(_ids), *_unasked)
    .order_by(work_queue.c.id)
    .with_for_update(of=work_queue, key_share=True)
)
_NOT_READY = (
    update(work_queue)
    .where(work_queue.c.id.in_(_ids))
    .values(status=WorkQueueStatus.NOT_READY, updated=bindparam("now"))
)


def list_online(session: Session) -> Sequence[Row[Any]]:
    """Return the workers that nobody found silent yet."""
    return session.execute(_ONLINE).all()


def list_locked_workers(session: Session, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Return those of the workers that are still not known to be silent."""
    return session.execute(_LOCKED_WORKERS, {"ids": list(ids)}).all()


def call_offline(session: Session, ids: Collection[UUID]) -> None:
    session.execute(_OFFLINE, {"ids": list(ids)})


def list_deserted(session: Session) -> Sequence[Row[Any]]:
    """Return the ready pools that have no worker online."""
    return session.execute(_DESERTED).all()


def find_deserted(session: Session, pool_id: UUID) -> Row[Any] | None:
    """Return the pool, locked, if it is ready and has no worker online."""
    return session.execute(_DESERTED_POOL, {"pool_id": pool_id}).first()


def list_unasked(session: Session, since: datetime) -> list[UUID]:
    """Return the ready queues that nobody has asked since then."""
    return list(session.execute(_UNASKED, {"since": since}).scalars())


def list_locked_queues(
    session: Session, ids: Collection[UUID], since: datetime
) -> Sequence[Row[Any]]:
    return session.execute(_LOCKED_QUEUES, {"ids": list(ids), "since": since}).all()


def call_not_ready(session: Session, ids: Collection[UUID], now: datetime) -> None:
    session.execute(_NOT_READY, {"ids": list(ids), "now": now})
