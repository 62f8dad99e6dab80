"""Statements over the heartbeats of flow runs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, delete, select
from sqlalchemy.orm import Session

from headwater.db.upserts import insert_or_change
from headwater.runs.models import FlowRun, FlowRunHeartbeat, FlowRunState
from headwater.runs.schemas.states import StateType

_run, _beat = FlowRun.__table__, FlowRunHeartbeat.__table__
_state = FlowRunState.__table__
_LAST = ("state_id", "occurred", "received", "gap", "frequency")
_CHANGED = (*_LAST, "silent_at")
_BEATING: Select[Any] = (
    select(
        _run.c.id,
        _run.c.state_type,
        _run.c.state_id.label("in_state_id"),
        *(_beat.c[name] for name in _LAST),
    )
    .select_from(_run.outerjoin(_beat, _beat.c.flow_run_id == _run.c.id))
    .where(_run.c.id.in_(bindparam("ids", expanding=True)))
    .where(_run.c.workspace_id == bindparam("workspace"))
    .order_by(_run.c.id)
)
_KEEP = insert_or_change(_beat, ["flow_run_id"], _CHANGED)
# A run that is being cancelled is so after it ran; one that ran again since tells nothing of this.
_last_began = (
    select(_state.c.id)
    .where(_state.c.flow_run_id == _run.c.id, _state.c.type == StateType.RUNNING)
    .order_by(_state.c.timestamp.desc())
    .limit(1)
    .scalar_subquery()
)
_SILENT: Select[Any] = (
    select(
        _beat.c.flow_run_id,
        _beat.c.workspace_id,
        _beat.c.received,
        _beat.c.frequency,
        _run.c.state_type,
        (_last_began == _beat.c.state_id).label("is_of_this_start"),
    )
    .select_from(_beat.outerjoin(_run, _run.c.id == _beat.c.flow_run_id))
    .where(_beat.c.silent_at <= bindparam("now"))
)
_ALL_SILENT = _SILENT.order_by(_beat.c.silent_at).limit(bindparam("most"))
_ONE_SILENT = _SILENT.where(_beat.c.flow_run_id == bindparam("run_id"))
_FORGET = delete(_beat).where(
    _beat.c.flow_run_id.in_(bindparam("ids", expanding=True)),
    _beat.c.silent_at <= bindparam("now"),
)


def list_beating(session: Session, workspace: UUID, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Return those runs that there are, with what is known of their last heartbeat, if any."""
    return session.execute(_BEATING, {"ids": list(ids), "workspace": workspace}).all()


def keep_heartbeats(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(_KEEP, rows)


def list_silent(session: Session, now: datetime, most: int) -> Sequence[Row[Any]]:
    """Return the heartbeats after which another is overdue, whatever became of their runs."""
    return session.execute(_ALL_SILENT, {"now": now, "most": most}).all()


def find_silent(session: Session, run_id: UUID, now: datetime) -> Row[Any] | None:
    return session.execute(_ONE_SILENT, {"run_id": run_id, "now": now}).first()


def forget_silent(session: Session, ids: Collection[UUID], now: datetime) -> None:
    session.execute(_FORGET, {"ids": list(ids), "now": now})
