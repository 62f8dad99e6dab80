"""Statements that hand task runs to task workers, each to one at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Row,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.upserts import begin_upsert
from headwater.runs.models import TaskClaim
from headwater.runs.models.task_runs import WAITING
from headwater.runs.queries.task_runs import task_run

_claim = TaskClaim.__table__
_keys: BindParameter[Any] = bindparam("keys", expanding=True)


def _is_deferred(dialect: str) -> ColumnElement[bool]:
    details = task_run.c.state_details
    if dialect == "sqlite":
        return func.json_extract(details, "$.deferred") == 1
    return details.op("->>")("deferred") == "true"


def _waiting(dialect: str) -> Select[Any]:
    """Return what nobody has: what is to be tried again first, then by time."""
    taken = exists().where(
        _claim.c.task_run_id == task_run.c.id,
        _claim.c.state_id == task_run.c.state_id,
        _claim.c.expires > bindparam("now"),
    )
    retried = case((task_run.c.state_name == "AwaitingRetry", 0), else_=1)
    return (
        select(task_run.c.id, task_run.c.state_id)
        .where(literal_column(f"task_run.{WAITING}", Boolean))
        .where(task_run.c.workspace_id == bindparam("workspace"), task_run.c.task_key.in_(_keys))
        .where(_is_deferred(dialect), ~taken)
        .order_by(retried, task_run.c.next_scheduled_start_time, task_run.c.id)
        .limit(1)
    )


def _take(dialect: str) -> Any:
    first = _waiting(dialect).subquery()
    values = select(
        first.c.id,
        first.c.state_id,
        bindparam("holder", type_=_claim.c.holder.type),
        bindparam("expires", type_=_claim.c.expires.type),
    ).where(first.c.id.is_not(None))  # SQLite wants a condition before ON CONFLICT
    names = [column.name for column in _claim.c]
    taken = begin_upsert(_claim).from_select(names, values)
    new = {name: taken.excluded[name] for name in names[1:]}
    # Two may want the same: the second one waits for the first, and then has none.
    free = or_(_claim.c.state_id != new["state_id"], _claim.c.expires <= bindparam("now"))
    return taken.on_conflict_do_update(
        index_elements=["task_run_id"], set_=new, where=free
    ).returning(_claim.c.task_run_id)


_WAITING = {dialect: _waiting(dialect) for dialect in ("sqlite", "postgresql")}
_TAKE = {dialect: _take(dialect) for dialect in _WAITING}
_held = [_claim.c.task_run_id == bindparam("run_id"), _claim.c.holder == bindparam("of")]
_KEEP = update(_claim).where(*_held).values(expires=bindparam("until"))
_GIVE_BACK = delete(_claim).where(*_held)


def has_waiting(session: Session, workspace: UUID, keys: Sequence[str], now: datetime) -> bool:
    found = _WAITING[session.get_bind().dialect.name]
    values = {"workspace": workspace, "keys": list(keys), "now": now}
    return session.execute(found, values).first() is not None


def take(
    session: Session,
    workspace: UUID,
    keys: Sequence[str],
    holder: UUID,
    *,
    now: datetime,
    until: datetime,
) -> UUID | None:
    """Give the first task run that waits to *holder*, until then; return its id."""
    values = {"workspace": workspace, "keys": list(keys), "now": now}
    values |= {"holder": holder, "expires": until}
    taken: Row[Any] | None = session.execute(_TAKE[session.get_bind().dialect.name], values).first()
    return None if taken is None else taken.task_run_id


def keep(session: Session, run_id: UUID, holder: UUID, until: datetime) -> None:
    session.execute(_KEEP, {"run_id": run_id, "of": holder, "until": until})


def give_back(session: Session, run_id: UUID, holder: UUID) -> None:
    session.execute(_GIVE_BACK, {"run_id": run_id, "of": holder})
