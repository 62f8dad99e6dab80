"""Statements over workers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, delete, func, select
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition, join, meet
from headwater.db.hot import HotStatement
from headwater.db.upserts import begin_upsert
from headwater.ids import uuid7
from headwater.work.models import Worker
from headwater.work.schemas.statuses import WorkerStatus
from headwater.work.schemas.workers import WorkerFilter

worker = Worker.__table__


def _beat() -> HotStatement:
    add = begin_upsert(worker)
    interval = worker.c.heartbeat_interval_seconds
    kept = {name: add.excluded[name] for name in ("updated", "last_heartbeat_time", "status")}
    given = {interval.name: func.coalesce(add.excluded[interval.name], interval)}
    keys = ["work_pool_id", "name"]
    return HotStatement(add.on_conflict_do_update(index_elements=keys, set_={**kept, **given}))


_BEAT = _beat()
_OF_POOL = worker.c.work_pool_id == bindparam("pool_id")
_DELETE = delete(worker).where(_OF_POOL, worker.c.name == bindparam("worker_name"))
_ONLINE: Select[Any] = (
    select(worker.c.last_heartbeat_time, worker.c.heartbeat_interval_seconds)
    .where(_OF_POOL, worker.c.status == WorkerStatus.ONLINE)
    .order_by(worker.c.last_heartbeat_time.desc())
)


def beat(
    session: Session,
    workspace: UUID,
    pool_id: UUID,
    name: str,
    interval: int | None,
    *,
    now: datetime,
) -> None:
    """Note that a worker of a pool is there, new or not."""
    row = {
        "id": uuid7(),
        "created": now,
        "updated": now,
        "workspace_id": workspace,
        "work_pool_id": pool_id,
        "name": name,
        "last_heartbeat_time": now,
        "heartbeat_interval_seconds": interval,
        "status": WorkerStatus.ONLINE,
    }
    _BEAT.later(session, row)


def delete_worker(session: Session, pool_id: UUID, name: str) -> bool:
    found: Any = session.execute(_DELETE, {"pool_id": pool_id, "worker_name": name})
    return bool(found.rowcount)


def list_online(session: Session, pool_id: UUID) -> Sequence[Row[Any]]:
    """Return the last heartbeats of the workers that nobody found silent yet."""
    return session.execute(_ONLINE, {"pool_id": pool_id}).all()


def list_workers(
    session: Session, pool_id: UUID, wanted: WorkerFilter | None, limit: int, offset: int
) -> Sequence[Row[Any]]:
    """Return workers, who was heard last first."""
    found: Select[Any] = select(worker).where(worker.c.work_pool_id == pool_id)
    if wanted is not None:
        found = found.where(_conditions(wanted))
    found = found.order_by(worker.c.last_heartbeat_time.desc(), worker.c.id)
    return session.execute(found.limit(limit).offset(offset)).all()


def _conditions(wanted: WorkerFilter) -> Condition:
    c = worker.c
    asked = [*meet(c.last_heartbeat_time, wanted.last_heartbeat_time)]
    return join(wanted, [*asked, *meet(c.status, wanted.status)])
