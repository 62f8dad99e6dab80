"""What the server does when a worker opens its pool's channel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.vault import Vault
from headwater.errors import ForbiddenError
from headwater.work.queries import pools as queries
from headwater.work.queries import queues
from headwater.work.schemas.channel import Hello
from headwater.work.schemas.pools import WorkPoolCreate, WorkPoolUpdate
from headwater.work.schemas.workers import Heartbeat
from headwater.work.service import pools, workers
from headwater.work.service.job_variables import check_defaults


def join(
    session: Session, workspace: UUID, pool_name: str, hello: Hello, vault: Vault, *, now: datetime
) -> list[Row[Any]]:
    """Note that a worker is there, and return the queues that it works on.

    Raise ForbiddenError where its pool or a queue is not there, and not to be made; InvalidError,
    NotFoundError or ValueError where its template, or the name of the pool to be made, is wrong.
    """
    pool = queries.find_pool(session, workspace, pool_name)
    if pool is None:
        _make_pool(session, workspace, pool_name, hello, vault, now)
    elif hello.default_base_job_template and not parse(pool.base_job_template):
        check_defaults(session, workspace, hello.default_base_job_template, vault)
        change = WorkPoolUpdate(base_job_template=hello.default_base_job_template)
        pools.update(session, workspace, pool_name, change, now=now)
    heartbeat = Heartbeat(
        name=hello.worker_name, heartbeat_interval_seconds=hello.heartbeat_interval_seconds
    )
    workers.beat(session, workspace, pool_name, heartbeat, now=now)
    pool = queries.get_pool(session, workspace, pool_name)
    return _queues(queues.list_queues_of_pool(session, workspace, pool.id), hello.work_queue_names)


def _make_pool(
    session: Session, workspace: UUID, pool_name: str, hello: Hello, vault: Vault, now: datetime
) -> None:
    if not hello.create_pool_if_not_found or pools.is_reserved(pool_name):
        raise ForbiddenError(f'Work pool "{pool_name}" not found.')
    template = hello.default_base_job_template
    new = WorkPoolCreate(name=pool_name, type=hello.worker_type, base_job_template=template)
    check_defaults(session, workspace, template, vault)
    pools.add(session, workspace, new, now=now)  # or somebody else just has


def _queues(found: Sequence[Row[Any]], names: Sequence[str]) -> list[Row[Any]]:
    """Return the queues of these names, all of them without any."""
    by_name = {queue.name: queue for queue in found}
    if missing := [name for name in names if name not in by_name]:
        raise ForbiddenError(f'Work queue "{missing[0]}" not found.')
    return [by_name[name] for name in dict.fromkeys(names)] or list(found)
