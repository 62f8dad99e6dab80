"""Statements over work queues."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, case, delete, insert, select, update
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition, join, meet
from headwater.db.hot import HotStatement
from headwater.db.upserts import insert_new
from headwater.errors import NotFoundError
from headwater.work.models import WorkPool, WorkQueue
from headwater.work.schemas.queues import WorkQueueFilter
from headwater.work.schemas.statuses import WorkQueueStatus

work_queue, _pool = WorkQueue.__table__, WorkPool.__table__
# A queue with the name and the type of its pool, as answers and events have it.
SHOWN = select(
    work_queue, _pool.c.name.label("work_pool_name"), _pool.c.type.label("work_pool_type")
).join(_pool, _pool.c.id == work_queue.c.work_pool_id)
_MINE = SHOWN.where(work_queue.c.workspace_id == bindparam("workspace"))
_BY_ID = _MINE.where(work_queue.c.id == bindparam("queue_id"))
_BY_NAME = _MINE.where(
    _pool.c.name == bindparam("pool_name"), work_queue.c.name == bindparam("queue_name")
)
_DEFAULT = _MINE.where(
    _pool.c.name == bindparam("pool_name"), work_queue.c.id == _pool.c.default_queue_id
)
_OF_POOL = _MINE.where(work_queue.c.work_pool_id == bindparam("pool_id"))
_OF_POOL = _OF_POOL.order_by(work_queue.c.priority, work_queue.c.id)
# What a poll looks at: the queues of a pool, each with what the pool allows.
_ASKED = HotStatement(
    select(
        work_queue.c.id,
        work_queue.c.name,
        work_queue.c.status,
        work_queue.c.last_polled,
        work_queue.c.work_pool_id,
        _pool.c.is_paused.label("pool_is_paused"),
        _pool.c.concurrency_limit.label("pool_limit"),
    )
    .join(_pool, _pool.c.id == work_queue.c.work_pool_id)
    .where(_pool.c.workspace_id == bindparam("workspace"), _pool.c.name == bindparam("pool_name"))
    .order_by(work_queue.c.priority, work_queue.c.id)
)
_in_ids = work_queue.c.id.in_(bindparam("ids", expanding=True))
_LOCKED = _MINE.where(_in_ids).order_by(work_queue.c.id)
# Not against those who only refer to a queue: whoever changes a deployment does, and holds it then.
_LOCKED = _LOCKED.with_for_update(of=work_queue, key_share=True)
_POLLED = (
    update(work_queue)
    .where(_in_ids)
    .values(
        last_polled=bindparam("now"),
        updated=bindparam("now"),
        status=case(
            (work_queue.c.status == WorkQueueStatus.NOT_READY, WorkQueueStatus.READY),
            else_=work_queue.c.status,
        ),
    )
)
_ADD_FIRST = insert(work_queue)
_ADD = insert_new(work_queue).returning(work_queue.c.id)
_THIS = work_queue.c.id == bindparam("this")
_CHANGE, _DELETE = update(work_queue).where(_THIS), delete(work_queue).where(_THIS)
_MOVE = _CHANGE.values(priority=bindparam("to"), updated=bindparam("now"))


def find_queue(session: Session, workspace: UUID, queue_id: UUID) -> Row[Any] | None:
    return session.execute(_BY_ID, {"workspace": workspace, "queue_id": queue_id}).first()


def find_queue_by_name(
    session: Session, workspace: UUID, pool_name: str, name: str
) -> Row[Any] | None:
    named = {"workspace": workspace, "pool_name": pool_name, "queue_name": name}
    return session.execute(_BY_NAME, named).first()


def get_queue_by_name(session: Session, workspace: UUID, pool_name: str, name: str) -> Row[Any]:
    return existing(find_queue_by_name(session, workspace, pool_name, name), pool_name, name)


def get_default_queue(session: Session, workspace: UUID, pool_name: str) -> Row[Any]:
    found = session.execute(_DEFAULT, {"workspace": workspace, "pool_name": pool_name}).first()
    if found is None:
        raise NotFoundError(f'Work pool "{pool_name}" not found.')
    return found


def existing(row: Row[Any] | None, pool_name: str, name: str) -> Row[Any]:
    if row is None:
        raise NotFoundError(f"Work pool queue '{pool_name}/{name}' not found.")
    return row


def list_queues_of_pool(session: Session, workspace: UUID, pool_id: UUID) -> Sequence[Row[Any]]:
    """Return the queues of a pool, that of the first priority first."""
    return session.execute(_OF_POOL, {"workspace": workspace, "pool_id": pool_id}).all()


def list_asked(session: Session, workspace: UUID, pool_name: str) -> Sequence[Row[Any]]:
    """Return the queues of a pool for a poll; none where there is no such pool."""
    return _ASKED.all(session, {"workspace": workspace, "pool_name": pool_name})


def list_locked(
    session: Session, workspace: UUID, queue_ids: Collection[UUID]
) -> Sequence[Row[Any]]:
    return session.execute(_LOCKED, {"workspace": workspace, "ids": list(queue_ids)}).all()


def mark_polled(session: Session, queue_ids: Collection[UUID], now: datetime) -> None:
    session.execute(_POLLED, {"ids": list(queue_ids), "now": now})


def add_first_queue(session: Session, values: Mapping[str, Any]) -> None:
    """Add the queue that a new pool begins with."""
    session.execute(_ADD_FIRST, values)


def add_queue(session: Session, values: Mapping[str, Any]) -> bool:
    """Return False where the name is taken in the pool."""
    return session.execute(_ADD, values).first() is not None


def change_queue(session: Session, queue_id: UUID, changes: Mapping[str, Any]) -> None:
    session.execute(_CHANGE.values(**changes), {"this": queue_id})


def move_queues(session: Session, priorities: Mapping[UUID, int], now: Any) -> None:
    if priorities:
        moves = [{"this": each, "to": to, "now": now} for each, to in priorities.items()]
        session.connection().execute(_MOVE, moves)


def delete_queue(session: Session, queue_id: UUID) -> None:
    session.execute(_DELETE, {"this": queue_id})


def conditions_of_work_queues(wanted: WorkQueueFilter) -> Condition:
    c = work_queue.c
    return join(wanted, [*meet(c.id, wanted.id), *meet(c.name, wanted.name)])
