"""Hands task runs to task workers, and tells who they are.

A task run is given to one worker at a time. Whoever takes it says so, and then proposes PENDING;
if it does neither in time, the run goes to another. So none is lost with a worker or a server, and
of two that were given the same the rules let one begin.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.runs.queries import task_claims as claims
from headwater.runs.queries.task_runs import get_task_run
from headwater.work.queries import task_workers as queries
from headwater.work.schemas.task_workers import Subscription, TaskWorkersWanted

TO_ACKNOWLEDGE = timedelta(seconds=30)
TO_BEGIN = timedelta(minutes=2)  # after the acknowledgement
SEEN_WITHIN = timedelta(seconds=30)


def join(
    session: Session, workspace: UUID, worker_id: UUID, wanted: Subscription, *, now: datetime
) -> None:
    """Note that a task worker is there."""
    queries.forget_silent(session, now - SEEN_WITHIN)
    row = {"id": worker_id, "workspace_id": workspace, "identifier": wanted.client_id}
    queries.add_task_worker(session, row | {"task_keys": wanted.keys, "seen": now})


def take(
    session: Session, workspace: UUID, worker_id: UUID, keys: Sequence[str], *, now: datetime
) -> Mapping[str, Any] | None:
    """Return the columns of the task run that the worker is to have now, if one waits."""
    until = now + TO_ACKNOWLEDGE
    taken = claims.take(session, workspace, keys, worker_id, now=now, until=until)
    return None if taken is None else get_task_run(session, workspace, taken)._asdict()


def acknowledge(session: Session, worker_id: UUID, run_id: UUID, *, now: datetime) -> None:
    claims.keep(session, run_id, worker_id, now + TO_BEGIN)


def leave(session: Session, worker_id: UUID, run_id: UUID | None) -> None:
    """Forget a task worker; what it was given and did not acknowledge goes to another."""
    queries.forget(session, [worker_id])
    if run_id is not None:
        claims.give_back(session, run_id, worker_id)


def list_task_workers(
    session: Session, workspace: UUID, wanted: TaskWorkersWanted, *, now: datetime
) -> list[dict[str, Any]]:
    """Return who is there, each once with all keys of its sockets."""
    found: dict[str, dict[str, Any]] = {}
    for row in queries.list_seen(session, workspace, now - SEEN_WITHIN):
        shown = {"identifier": row.identifier, "task_keys": [], "timestamp": row.seen}
        worker = found.setdefault(row.identifier, shown)
        worker["task_keys"] = sorted({*worker["task_keys"], *parse(row.task_keys)})
        worker["timestamp"] = max(worker["timestamp"], row.seen)
    if wanted.task_worker_filter is None:
        return list(found.values())
    keys = set(wanted.task_worker_filter.task_keys)
    return [worker for worker in found.values() if keys & set(worker["task_keys"])]
