"""Statements that keep what clients tell of task runs: in any order, twice without harm."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, bindparam, or_, select
from sqlalchemy.orm import Session

from headwater.db.upserts import begin_upsert
from headwater.runs.models import FlowRun, TaskRun

_task_run, _flow_run = TaskRun.__table__, FlowRun.__table__
# Shared, so that no run goes away between this look and the task run's own row.
_KNOWN_FLOW_RUNS = (
    select(_flow_run.c.id)
    .where(_flow_run.c.id.in_(bindparam("ids", expanding=True)))
    .where(_flow_run.c.workspace_id == bindparam("workspace"))
    .order_by(_flow_run.c.id)
    .with_for_update(read=True, key_share=True)
)
_KNOWN_TASK_RUNS = select(_task_run.c.id).where(
    _task_run.c.id.in_(bindparam("ids", expanding=True))
)
_ID_OF_KEYS = select(_task_run.c.id).where(
    _task_run.c.flow_run_id == bindparam("flow_run_id"),
    _task_run.c.task_key == bindparam("task_key"),
    _task_run.c.dynamic_key == bindparam("dynamic_key"),
)


def list_known_flow_runs(session: Session, workspace: UUID, ids: Collection[UUID]) -> set[UUID]:
    found = session.execute(_KNOWN_FLOW_RUNS, {"ids": list(ids), "workspace": workspace})
    return set(found.scalars())


def list_known_task_runs(session: Session, ids: Collection[UUID]) -> set[UUID]:
    return set(session.execute(_KNOWN_TASK_RUNS, {"ids": list(ids)}).scalars())


def find_id_of_keys(session: Session, run: Mapping[str, Any]) -> UUID | None:
    keys = {name: run[name] for name in ("flow_run_id", "task_key", "dynamic_key")}
    return session.execute(_ID_OF_KEYS, keys).scalar()


def upsert_task_runs(
    session: Session, rows: Sequence[Mapping[str, Any]], told: tuple[str, ...], *, keyed: bool
) -> None:
    """Keep task runs; of those that are known change what was *told*, unless a later state is kept.

    *keyed* is false for task runs without a flow run, which only their id tells apart.
    """
    session.execute(_upsert(told, keyed), rows)


@lru_cache(256)  # the key sets that clients send are few; a new statement each time costs thrice
def _upsert(told: tuple[str, ...], keyed: bool) -> Insert:
    statement = begin_upsert(_task_run)
    unique = ["flow_run_id", "task_key", "dynamic_key"] if keyed else ["id"]
    stored, new = _task_run.c.state_timestamp, statement.excluded.state_timestamp
    return statement.on_conflict_do_update(
        index_elements=unique,
        set_={name: statement.excluded[name] for name in told},
        where=or_(stored.is_(None), stored < new),
    )
