"""Statements over task workers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from headwater.work.models.task_workers import TaskWorker

_worker = TaskWorker.__table__
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_ADD = insert(_worker)
_SEE = update(_worker).where(_worker.c.id.in_(_ids)).values(seen=bindparam("now"))
_FORGET = delete(_worker).where(_worker.c.id.in_(_ids))
_FORGET_SILENT = delete(_worker).where(_worker.c.seen < bindparam("before"))
_SEEN = (
    select(_worker)
    .where(_worker.c.workspace_id == bindparam("workspace"), _worker.c.seen >= bindparam("since"))
    .order_by(_worker.c.identifier, _worker.c.id)
)


def add_task_worker(session: Session, values: Mapping[str, Any]) -> None:
    session.execute(_ADD, values)


def see(session: Session, ids: Collection[UUID], now: datetime) -> None:
    session.execute(_SEE, {"ids": list(ids), "now": now})


def forget(session: Session, ids: Collection[UUID]) -> None:
    session.execute(_FORGET, {"ids": list(ids)})


def forget_silent(session: Session, before: datetime) -> None:
    """Forget those whose server died with them."""
    session.execute(_FORGET_SILENT, {"before": before})


def list_seen(session: Session, workspace: UUID, since: datetime) -> Sequence[Row[Any]]:
    return session.execute(_SEEN, {"workspace": workspace, "since": since}).all()
