"""Statements over work pools."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition, join, meet
from headwater.db.hot import HotStatement
from headwater.db.upserts import insert_new
from headwater.errors import NotFoundError
from headwater.work.models import WorkPool
from headwater.work.schemas.pools import WorkPoolFilter

work_pool = WorkPool.__table__
_mine = work_pool.c.workspace_id == bindparam("workspace")
_BY_NAME = select(work_pool).where(_mine, work_pool.c.name == bindparam("pool_name"))
# Not against those who only refer to the pool: heartbeats of other workers go on.
_LOCKED = _BY_NAME.with_for_update(key_share=True)
_FIND = HotStatement(_BY_NAME)  # each poll and each sign of life of a worker asks
_BY_ID = select(work_pool).where(_mine, work_pool.c.id == bindparam("pool_id"))
_BY_ID_LOCKED = _BY_ID.with_for_update(key_share=True)
_LOCKED_WHOLE = _BY_NAME.with_for_update()
_ADD = insert_new(work_pool).returning(work_pool.c.id)
_CHANGE = update(work_pool).where(work_pool.c.id == bindparam("pool_id"))
_DELETE = delete(work_pool).where(work_pool.c.id == bindparam("pool_id"))


def find_pool(session: Session, workspace: UUID, name: str) -> Row[Any] | None:
    row: Row[Any] | None = _FIND.first(session, {"workspace": workspace, "pool_name": name})
    return row


def get_pool(session: Session, workspace: UUID, name: str) -> Row[Any]:
    return existing(find_pool(session, workspace, name), name)


def find_locked_pool(session: Session, workspace: UUID, name: str) -> Row[Any] | None:
    return session.execute(_LOCKED, {"workspace": workspace, "pool_name": name}).first()


def get_locked_pool(session: Session, workspace: UUID, name: str) -> Row[Any]:
    return existing(find_locked_pool(session, workspace, name), name)


def get_pool_to_delete(session: Session, workspace: UUID, name: str) -> Row[Any]:
    """Return a pool locked against all, those too who refer to it."""
    found = session.execute(_LOCKED_WHOLE, {"workspace": workspace, "pool_name": name}).first()
    return existing(found, name)


def find_pool_by_id(session: Session, workspace: UUID, pool_id: UUID) -> Row[Any] | None:
    return session.execute(_BY_ID, {"workspace": workspace, "pool_id": pool_id}).first()


def get_locked_pool_by_id(session: Session, workspace: UUID, pool_id: UUID) -> Row[Any]:
    found = session.execute(_BY_ID_LOCKED, {"workspace": workspace, "pool_id": pool_id}).first()
    return existing(found, str(pool_id))


def existing(row: Row[Any] | None, name: str) -> Row[Any]:
    if row is None:
        raise NotFoundError(f'Work pool "{name}" not found.')
    return row


def add_pool(session: Session, values: Mapping[str, Any]) -> bool:
    """Return False where the name is taken."""
    return session.execute(_ADD, values).first() is not None


def change_pool(session: Session, pool_id: UUID, changes: Mapping[str, Any]) -> None:
    session.execute(_CHANGE.values(**changes), {"pool_id": pool_id})


def delete_pool(session: Session, pool_id: UUID) -> None:
    """Delete a pool with its queues and workers; deployments are in no queue then."""
    session.execute(_DELETE, {"pool_id": pool_id})


def pools_wanted(workspace: UUID, wanted: WorkPoolFilter | None) -> Sequence[Condition]:
    conditions = [work_pool.c.workspace_id == workspace]
    if wanted is not None:
        conditions.append(conditions_of_work_pools(wanted))
    return conditions


def count_pools(session: Session, workspace: UUID, wanted: WorkPoolFilter | None) -> int:
    counted = select(func.count()).select_from(work_pool)
    return session.scalars(counted.where(*pools_wanted(workspace, wanted))).one()


def conditions_of_work_pools(wanted: WorkPoolFilter) -> Condition:
    c = work_pool.c
    asked = [*meet(c.id, wanted.id), *meet(c.name, wanted.name), *meet(c.type, wanted.type)]
    return join(wanted, asked)
