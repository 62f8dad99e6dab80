"""Hands out runs to who asks for them, and notes who asked.

Nothing is reserved: who starts a run proposes PENDING for it, and the first of them has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.errors import NotFoundError
from headwater.events import log
from headwater.runs.queries import polls, slots
from headwater.runs.schemas.polls import PoolPoll, QueuePoll
from headwater.work.queries import queues as queries
from headwater.work.schemas.statuses import WorkQueueStatus
from headwater.work.service import news

NOTERS = "headwater-poll-noters"  # where the app keeps them
# So often a poll is written down: of what is seen of it, 60 seconds are the finest measure.
FRESH = timedelta(seconds=1)


class Noter(Protocol):
    """Told in the transaction that somebody asks for the runs of queues."""

    def __call__(
        self, session: Session, workspace: UUID, queue_ids: Sequence[UUID], *, now: datetime
    ) -> None: ...


@dataclass(frozen=True)
class Found:
    """What there is to start, and the queues of which it is to be noted that they were asked."""

    runs: Sequence[Row[Any]]
    pool_id: UUID
    to_note: Sequence[UUID]


def list_due(
    session: Session, workspace: UUID, pool_name: str, poll: PoolPoll, *, now: datetime
) -> Found:
    """Return what a pool has for a worker. Raise NotFoundError for a pool or a queue unknown."""
    limit = poll.page_limit
    queues = queries.list_asked(session, workspace, pool_name)
    if not queues:
        raise NotFoundError(f'Work pool "{pool_name}" not found.')
    pool = queues[0]
    if poll.work_queue_names:
        by_name = {queue.name: queue for queue in queues}
        queues = [
            queries.existing(by_name.get(name), pool_name, name)
            for name in dict.fromkeys(poll.work_queue_names)
        ]
    to_note = [queue.id for queue in queues if _is_stale(queue, now)]
    runs: Sequence[Row[Any]] = ()
    if pool.pool_limit is not None:
        held = slots.count_held_of_pool(session, pool.work_pool_id)
        limit = min(limit, max(0, pool.pool_limit - held))
    if limit and not pool.pool_is_paused:
        window = polls.Window(poll.scheduled_before, poll.scheduled_after, limit)
        asked = [queue.id for queue in queues] if poll.work_queue_names else None
        runs = polls.list_due(session, pool.work_pool_id, asked, window)
    return Found(runs, pool.work_pool_id, to_note)


def _is_stale(queue: Row[Any], now: datetime) -> bool:
    unknown = queue.last_polled is None or now - queue.last_polled > FRESH
    return unknown or queue.status == WorkQueueStatus.NOT_READY


def list_due_of_queue(
    session: Session, workspace: UUID, queue_id: UUID, poll: QueuePoll, *, now: datetime
) -> Found:
    """Return what a queue has for an agent. Raise NotFoundError."""
    limit = poll.page_limit
    queue = slots.get_shown_queue(session, workspace, queue_id)
    waiting, of_agents = _waiting(session, queue)
    if queue.concurrency_limit is not None:
        held = polls.count_holding(session, waiting, of_agents=of_agents)
        limit = min(limit, max(0, queue.concurrency_limit - held))
    runs: Sequence[Row[Any]] = ()
    if limit and not queue.is_paused:
        window = polls.Window(before=poll.scheduled_before, most=limit)
        runs = polls.list_due_of_agents(session, waiting, window)
    to_note = [queue.id] if _is_stale(queue, now) else []
    return Found(runs, queue.work_pool_id, to_note)


def _waiting(session: Session, queue: Row[Any]) -> tuple[Any, bool]:
    """Return which runs are a queue's, and whether those being cancelled hold its slots."""
    if queue.filter is None:
        return polls.waits_in(queue), True
    chosen = parse(queue.filter)
    ids = [UUID(each) for each in chosen.get("deployment_ids") or ()]
    dialect = session.get_bind().dialect.name
    return polls.is_chosen(queue.workspace_id, chosen.get("tags") or (), ids, dialect), False


def note(
    session: Session,
    workspace: UUID,
    queue_ids: Sequence[UUID],
    noters: Sequence[Noter],
    *,
    now: datetime,
) -> None:
    """Note that queues were asked for runs, which makes them ready."""
    queues = queries.list_locked(session, workspace, queue_ids)
    queries.mark_polled(session, [queue.id for queue in queues], now)
    waking = [each._asdict() for each in queues if each.status == WorkQueueStatus.NOT_READY]
    ready = WorkQueueStatus.READY
    log.append(session, workspace, [news.of_queue(ready, each, now) for each in waking], now=now)
    for tell in noters:
        tell(session, workspace, queue_ids, now=now)
