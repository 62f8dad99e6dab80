"""What the server does with work pools."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.json import fragment, parse
from headwater.db.session import signal_after_commit
from headwater.db.vault import Vault
from headwater.errors import ConflictError, ForbiddenError
from headwater.events import log
from headwater.ids import uuid7
from headwater.work.queries import pools as queries
from headwater.work.queries import queues, workers
from headwater.work.rules import statuses
from headwater.work.schemas.pools import WorkPoolCreate, WorkPoolUpdate
from headwater.work.schemas.statuses import WorkerStatus, WorkQueueStatus
from headwater.work.service import news
from headwater.work.service.job_variables import check_defaults

CHANGED = "work-pools"  # the topic of changes to pools, for channels of their workers
DEFAULT_QUEUE = "default"
RESERVED = "prefect"
# Anybody may pause and limit what belongs to the server itself, and change nothing else.
ALLOWED_OF_RESERVED = {"is_paused", "concurrency_limit"}
TOLD = ("description", "base_job_template", "concurrency_limit", "storage_configuration")


def create(
    session: Session, workspace: UUID, new: WorkPoolCreate, vault: Vault, *, now: datetime
) -> dict[str, Any]:
    """Make a pool with its default queue, and return its columns.

    Raise ForbiddenError for a name that is reserved, ConflictError for one that is taken,
    InvalidError and NotFoundError for a template whose defaults do not fit.
    """
    if is_reserved(new.name):
        raise ForbiddenError("Work pools starting with 'Prefect' are reserved for internal use.")
    check_defaults(session, workspace, new.base_job_template, vault)
    made = add(session, workspace, new, now=now)
    if made is None:
        raise ConflictError("A work pool with this name already exists.")
    return made


def add(
    session: Session, workspace: UUID, new: WorkPoolCreate, *, now: datetime
) -> dict[str, Any] | None:
    """Make a pool of any name; return its columns, None where the name is taken."""
    entity = {"created": now, "updated": now, "workspace_id": workspace}
    status = statuses.pool_status(new.type, paused=new.is_paused, online=False)
    pool = entity | {
        "id": uuid7(),
        "name": new.name,
        "description": new.description,
        "type": new.type,
        "base_job_template": fragment(new.base_job_template),
        "is_paused": new.is_paused,
        "status": status,
        "status_event_id": uuid7() if status else None,
        "status_changed": now if status else None,
        "concurrency_limit": new.concurrency_limit,
        "default_queue_id": uuid7(),
        "storage_configuration": fragment(new.storage_configuration.model_dump(mode="json")),
    }
    if not queries.add_pool(session, pool):
        return None
    queue = entity | {
        "id": pool["default_queue_id"],
        "work_pool_id": pool["id"],
        "name": DEFAULT_QUEUE,
        "description": "The work pool's default queue.",
        "is_paused": False,
        "concurrency_limit": None,
        "priority": 1,
        "last_polled": None,
        "status": WorkQueueStatus.NOT_READY,
        "filter": None,
    }
    queues.add_first_queue(session, queue)
    of_pool = {"work_pool_name": new.name, "work_pool_type": new.type}
    events = [news.of_queue("created", queue | of_pool, now), news.of_pool("created", pool, now)]
    if status:
        events.append(news.of_pool_status(pool, None, now))
    log.append(session, workspace, events, now=now)
    return pool


def is_reserved(name: str) -> bool:
    return name.lower().startswith(RESERVED)


def update(
    session: Session, workspace: UUID, name: str, change: WorkPoolUpdate, *, now: datetime
) -> None:
    """Change what the client named, and tell of what is different then."""
    wanted = _wanted(change)
    if is_reserved(name) and wanted.keys() - ALLOWED_OF_RESERVED:
        raise ForbiddenError(
            "Work pools starting with 'Prefect' are reserved for internal use and can only be "
            "updated to set concurrency limits or pause."
        )
    before = queries.get_locked_pool(session, workspace, name)._asdict()
    status = before["status"]
    if "is_paused" in wanted:
        online = not wanted["is_paused"] and has_online_worker(session, before["id"], now)
        status = statuses.pool_status(before["type"], paused=wanted["is_paused"], online=online)
    move(session, before, wanted, status, now=now)


def _wanted(change: WorkPoolUpdate) -> dict[str, Any]:
    wanted = {name: getattr(change, name) for name in change.model_fields_set}
    for name in ("is_paused", "base_job_template", "storage_configuration"):
        if wanted.get(name, ...) is None:  # they have no empty value
            del wanted[name]
    if "base_job_template" in wanted:
        wanted["base_job_template"] = fragment(wanted["base_job_template"])
    if "storage_configuration" in wanted:
        storage = wanted["storage_configuration"].model_dump(mode="json")
        wanted["storage_configuration"] = fragment(storage)
    return wanted


def move(
    session: Session,
    before: Mapping[str, Any],
    wanted: Mapping[str, Any],
    status: str | None,
    *,
    now: datetime,
) -> None:
    """Give a locked pool new values and a status, and tell of both."""
    changes = dict(wanted)
    if status != before["status"]:
        changes |= {"status": status, "status_event_id": uuid7(), "status_changed": now}
    if not changes:
        return
    queries.change_pool(session, before["id"], changes | {"updated": now})
    signal_after_commit(session, CHANGED)
    pool = dict(before) | changes
    told = {name: (_plain(before[name]), _plain(wanted[name])) for name in TOLD if name in wanted}
    told = {name: pair for name, pair in told.items() if pair[0] != pair[1]}
    events = [news.of_changed_pool(pool, told, now)] if told else []
    if "status" in changes and status is not None:
        events.append(news.of_pool_status(pool, before, now))
    log.append(session, before["workspace_id"], events, now=now)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else parse(value)


def has_online_worker(session: Session, pool_id: UUID, now: datetime) -> bool:
    return any(
        statuses.worker_status(each.last_heartbeat_time, each.heartbeat_interval_seconds, now)
        is WorkerStatus.ONLINE
        for each in workers.list_online(session, pool_id)
    )


def delete(session: Session, workspace: UUID, name: str, *, now: datetime) -> None:
    """Delete a pool, its queues and workers; its runs and deployments stay, in no queue."""
    if is_reserved(name):
        raise ForbiddenError(
            "Work pools starting with 'Prefect' are reserved for internal use and can not be "
            "deleted."
        )
    pool = queries.get_pool_to_delete(session, workspace, name)
    gone = queues.list_queues_of_pool(session, workspace, pool.id)
    queries.delete_pool(session, pool.id)
    signal_after_commit(session, CHANGED)
    events = [news.of_queue("deleted", queue._asdict(), now) for queue in gone]
    events.append(news.of_pool("deleted", pool._asdict(), now))
    log.append(session, workspace, events, now=now)
