"""Statements that show pools and queues with the slots that runs hold of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, exists, func, null, or_, select
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.errors import NotFoundError
from headwater.runs.queries.flow_runs import flow_run
from headwater.runs.schemas.states import StateType
from headwater.work.queries.pools import work_pool
from headwater.work.queries.queues import SHOWN, conditions_of_work_queues, work_queue
from headwater.work.schemas.pools import DEFAULT_AGENT_POOL
from headwater.work.schemas.queues import WorkQueueFilter

_other = work_pool.alias()
HOLDING = (StateType.PENDING, StateType.RUNNING)
# A run that is being cancelled still holds an agent's slot, though none of a worker's.
HOLDING_OF_AGENTS = (*HOLDING, StateType.CANCELLING)


def _limited(
    limit: ColumnElement[Any], counted: Select[Any], states: Sequence[str]
) -> ColumnElement[Any]:
    """Return how many runs in *states* there are, where there is a limit to hold that against."""
    held = counted.where(flow_run.c.state_type.in_(states)).scalar_subquery()
    return case((limit.is_not(None), held), else_=null()).label("active_slots")


_of_queue: Select[Any] = select(func.count()).where(flow_run.c.work_queue_id == work_queue.c.id)
_of_pool: Select[Any] = select(func.count()).where(
    flow_run.c.work_queue_id.in_(
        select(work_queue.c.id).where(work_queue.c.work_pool_id == work_pool.c.id)
    )
)
_POOLS = select(work_pool, _limited(work_pool.c.concurrency_limit, _of_pool, HOLDING))
_BY_NAME = _POOLS.where(
    work_pool.c.workspace_id == bindparam("workspace"), work_pool.c.name == bindparam("pool_name")
)
_limit = work_queue.c.concurrency_limit
QUEUES = SHOWN.add_columns(_limited(_limit, _of_queue, HOLDING))
AGENT_QUEUES = SHOWN.add_columns(_limited(_limit, _of_queue, HOLDING_OF_AGENTS))


_HELD_OF_POOL = (
    select(func.count())
    .select_from(flow_run)
    .where(
        flow_run.c.work_queue_id.in_(
            select(work_queue.c.id).where(work_queue.c.work_pool_id == bindparam("pool_id"))
        ),
        flow_run.c.state_type.in_(HOLDING),
    )
)


def count_held_of_pool(session: Session, pool_id: UUID) -> int:
    return session.scalars(_HELD_OF_POOL, {"pool_id": pool_id}).one()


def find_shown_pool(session: Session, workspace: UUID, name: str) -> Row[Any] | None:
    return session.execute(_BY_NAME, {"workspace": workspace, "pool_name": name}).first()


def list_shown_pools(
    session: Session, conditions: Sequence[Condition], limit: int, offset: int
) -> Sequence[Row[Any]]:
    found = _POOLS.where(*conditions).order_by(work_pool.c.name).limit(limit).offset(offset)
    return session.execute(found).all()


def get_shown_queue(session: Session, workspace: UUID, queue_id: UUID) -> Row[Any]:
    """Return a queue as agents are shown it."""
    found = AGENT_QUEUES.where(work_queue.c.workspace_id == workspace, work_queue.c.id == queue_id)
    return _existing(session.execute(found).first())


def get_shown_queue_of_agents(session: Session, workspace: UUID, name: str) -> Row[Any]:
    """Return a queue of the agents' pool; where there is no such pool, one of any."""
    mine = work_queue.c.workspace_id == workspace
    agents = select(_other.c.id).where(
        _other.c.workspace_id == workspace, _other.c.name == DEFAULT_AGENT_POOL
    )
    in_it = or_(work_pool.c.name == DEFAULT_AGENT_POOL, ~exists(agents))
    found = AGENT_QUEUES.where(mine, work_queue.c.name == name, in_it).order_by(work_queue.c.id)
    return _existing(session.execute(found.limit(1)).first())


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("work queue not found")
    return row


def find_shown_queue_of_pool(
    session: Session, workspace: UUID, pool_name: str, name: str
) -> Row[Any] | None:
    """Return a queue as its pool's workers are shown it."""
    named = (work_pool.c.name == pool_name, work_queue.c.name == name)
    return session.execute(QUEUES.where(work_queue.c.workspace_id == workspace, *named)).first()


def list_shown_queues_of_pool(
    session: Session, pool_id: UUID, wanted: WorkQueueFilter | None, limit: int, offset: int
) -> Sequence[Row[Any]]:
    """Return queues of a pool, that of the first priority first."""
    found = QUEUES.where(work_queue.c.work_pool_id == pool_id, *_wanted(wanted))
    order = (work_queue.c.priority, work_queue.c.id)
    return session.execute(found.order_by(*order).limit(limit).offset(offset)).all()


def list_shown_queues(
    session: Session, workspace: UUID, wanted: WorkQueueFilter | None, limit: int, offset: int
) -> Sequence[Row[Any]]:
    """Return queues of all pools by name."""
    found = AGENT_QUEUES.where(work_queue.c.workspace_id == workspace, *_wanted(wanted))
    order = (work_queue.c.name, work_queue.c.id)
    return session.execute(found.order_by(*order).limit(limit).offset(offset)).all()


def _wanted(wanted: WorkQueueFilter | None) -> list[Condition]:
    return [] if wanted is None else [conditions_of_work_queues(wanted)]
