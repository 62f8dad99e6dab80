"""What the server does with work queues."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.errors import ConflictError, InvalidError, NotFoundError
from headwater.events import log
from headwater.ids import uuid7
from headwater.work.queries import pools
from headwater.work.queries import queues as queries
from headwater.work.rules import statuses
from headwater.work.rules.priorities import first_free, make_room
from headwater.work.schemas.pools import AGENTS, DEFAULT_AGENT_POOL, WorkPoolCreate
from headwater.work.schemas.queues import QueueFilter, WorkQueueCreate, WorkQueueUpdate
from headwater.work.schemas.statuses import WorkQueueStatus
from headwater.work.service import news
from headwater.work.service import pools as pool_service

TOLD = ("name", "description", "concurrency_limit", "priority")


def create(
    session: Session, workspace: UUID, pool_name: str, new: WorkQueueCreate, *, now: datetime
) -> dict[str, Any]:
    """Make a queue in a pool and return its columns; queues that are in its place step back."""
    pool = pools.get_locked_pool(session, workspace, pool_name)
    made = _add(session, pool, new, now=now)
    if made is None:
        raise ConflictError(
            f"A work queue with this name already exists in work pool {pool_name!r}."
        )
    return made


def create_for_agents(
    session: Session, workspace: UUID, new: WorkQueueCreate, *, now: datetime
) -> dict[str, Any]:
    """Make a queue in the pool of those that name no pool, which is made when it is needed."""
    pool, is_new = _ensure_agent_pool(session, workspace, now=now)
    if is_new and new.name == pool_service.DEFAULT_QUEUE:
        return _get(session, workspace, DEFAULT_AGENT_POOL, new.name)._asdict()
    made = _add(session, pool, new, now=now)
    if made is None:
        raise ConflictError("A work queue with this name already exists.")
    return made


def ensure(
    session: Session, workspace: UUID, pool_name: str | None, name: str | None, *, now: datetime
) -> Row[Any]:
    """Return a queue of a pool, made now if it is not there; by default the pool's own.

    Without a pool it is one of the agents' pool. Raise NotFoundError for an unknown pool.
    """
    if pool_name is None or pool_name == DEFAULT_AGENT_POOL:
        pool_name = DEFAULT_AGENT_POOL
        pool, _ = _ensure_agent_pool(session, workspace, now=now)
    else:
        pool = pools.get_pool(session, workspace, pool_name)
    if name is None:
        found = queries.find_queue(session, workspace, pool.default_queue_id)
    else:
        found = queries.find_queue_by_name(session, workspace, pool_name, name)
    if found is None:
        wanted = name or pool_service.DEFAULT_QUEUE
        pool = pools.get_locked_pool(session, workspace, pool_name)
        _add(session, pool, WorkQueueCreate.model_construct(name=wanted), now=now)
        found = _get(session, workspace, pool_name, wanted)
    return found


def _ensure_agent_pool(
    session: Session, workspace: UUID, *, now: datetime
) -> tuple[Row[Any], bool]:
    """Return the agents' pool, locked, and whether it was made now."""
    found = pools.find_locked_pool(session, workspace, DEFAULT_AGENT_POOL)
    if found is not None:
        return found, False
    new = WorkPoolCreate(name=DEFAULT_AGENT_POOL, type=AGENTS)
    made = pool_service.add(session, workspace, new, now=now)
    return pools.get_locked_pool(session, workspace, DEFAULT_AGENT_POOL), made is not None


def _add(
    session: Session, pool: Row[Any], new: WorkQueueCreate, *, now: datetime
) -> dict[str, Any] | None:
    """Add a queue to a locked pool; return its columns, None where the name is taken."""
    others = queries.list_queues_of_pool(session, pool.workspace_id, pool.id)
    taken = {queue.id: queue.priority for queue in others}
    priority = new.priority or first_free(list(taken.values()))
    queue = {
        "id": uuid7(),
        "created": now,
        "updated": now,
        "workspace_id": pool.workspace_id,
        "work_pool_id": pool.id,
        "name": new.name,
        "description": new.description or "",
        "is_paused": new.is_paused,
        "concurrency_limit": new.concurrency_limit,
        "priority": priority,
        "last_polled": None,
        "status": WorkQueueStatus.PAUSED if new.is_paused else WorkQueueStatus.NOT_READY,
        "filter": _dump_filter(new.filter),
    }
    if not queries.add_queue(session, queue):
        return None
    _make_room(session, taken, priority, now)
    queue |= {"work_pool_name": pool.name, "work_pool_type": pool.type}
    log.append(session, pool.workspace_id, [news.of_queue("created", queue, now)], now=now)
    return queue


def _dump_filter(wanted: QueueFilter | None) -> Fragment | None:
    return None if wanted is None else Fragment(wanted.model_dump_json())


def _make_room(session: Session, others: Mapping[UUID, int], wanted: int, now: datetime) -> None:
    moved = make_room(others, wanted)
    if moved and max(moved.values()) >= 2**31:
        raise InvalidError("There is no room for a queue of this priority.")
    queries.move_queues(session, moved, now)


def update_by_name(
    session: Session,
    workspace: UUID,
    pool_name: str,
    name: str,
    change: WorkQueueUpdate,
    *,
    now: datetime,
) -> None:
    pools.get_locked_pool(session, workspace, pool_name)
    queue = queries.get_queue_by_name(session, workspace, pool_name, name)
    _update(session, queue._asdict(), change, now=now)


def update(
    session: Session, workspace: UUID, queue_id: UUID, change: WorkQueueUpdate, *, now: datetime
) -> None:
    queue = queries.find_queue(session, workspace, queue_id)
    if queue is not None:
        # All changes of a pool's queues wait for each other, since they may move each other.
        pools.get_locked_pool_by_id(session, workspace, queue.work_pool_id)
        queue = queries.find_queue(session, workspace, queue_id)
    if queue is None:
        raise NotFoundError(f"Work Queue {queue_id} not found")
    _update(session, queue._asdict(), change, now=now)


def _update(
    session: Session, before: dict[str, Any], change: WorkQueueUpdate, *, now: datetime
) -> None:
    wanted = {name: getattr(change, name) for name in change.model_fields_set}
    for name in ("name", "priority", "last_polled"):
        if wanted.get(name, ...) is None:  # they have no empty value
            del wanted[name]
    if "filter" in wanted:
        wanted["filter"] = _dump_filter(change.filter)
    if "is_paused" in wanted:
        wanted["status"] = _status(before, wanted, now)
    if not wanted:
        return
    if "priority" in wanted:
        workspace, pool_id = before["workspace_id"], before["work_pool_id"]
        others = queries.list_queues_of_pool(session, workspace, pool_id)
        taken = {queue.id: queue.priority for queue in others if queue.id != before["id"]}
        _make_room(session, taken, wanted["priority"], now)
    queries.change_queue(session, before["id"], wanted | {"updated": now})
    _tell(session, before, wanted, now)


def _status(before: Mapping[str, Any], wanted: Mapping[str, Any], now: datetime) -> str:
    paused: bool = wanted["is_paused"]
    if not paused and before["status"] != WorkQueueStatus.PAUSED:
        status: str = before["status"]
        return status
    polled = wanted.get("last_polled", before["last_polled"])
    return statuses.queue_status(polled, paused=paused, now=now)


def _tell(
    session: Session, before: Mapping[str, Any], wanted: Mapping[str, Any], now: datetime
) -> None:
    queue = {**before, **wanted}
    told = {name: (before[name], queue[name]) for name in TOLD if before[name] != queue[name]}
    events = [news.of_queue("updated", queue, now, told)] if told else []
    if queue["status"] != before["status"]:
        events.append(news.of_queue(queue["status"], queue, now))
    log.append(session, before["workspace_id"], events, now=now)


def delete_by_name(
    session: Session, workspace: UUID, pool_name: str, name: str, *, now: datetime
) -> None:
    pool = pools.get_locked_pool(session, workspace, pool_name)
    queue = queries.get_queue_by_name(session, workspace, pool_name, name)
    _delete(session, pool, queue, now=now)


def delete(session: Session, workspace: UUID, queue_id: UUID, *, now: datetime) -> None:
    queue = queries.find_queue(session, workspace, queue_id)
    if queue is None:
        raise NotFoundError("work queue not found")
    pool = pools.get_locked_pool_by_id(session, workspace, queue.work_pool_id)
    _delete(session, pool, queue, now=now)


def _delete(session: Session, pool: Row[Any], queue: Row[Any], *, now: datetime) -> None:
    if queue.id == pool.default_queue_id:
        raise ConflictError("A work pool's default queue cannot be deleted.")
    queries.delete_queue(session, queue.id)
    event = news.of_queue("deleted", queue._asdict(), now)
    log.append(session, queue.workspace_id, [event], now=now)


def _get(session: Session, workspace: UUID, pool_name: str, name: str) -> Row[Any]:
    return queries.get_queue_by_name(session, workspace, pool_name, name)
