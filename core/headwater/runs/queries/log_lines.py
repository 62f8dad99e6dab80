"""Statements over log lines as pages show and follow them: in the order in which they arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.errors import NotFoundError
from headwater.runs.models import Log, TaskRun

LONGEST_SHOWN = 4_000  # characters of a line; `get_log_line` has all of it
_log, _task = Log.__table__, TaskRun.__table__
# Not the bare column: PostgreSQL would walk the table's key backwards through all runs' lines.
_arrival = _log.c.position + 0
_LINE: Select[Any] = select(
    _log.c.position,
    _log.c.created,
    _log.c.timestamp,
    _log.c.level,
    _log.c.name,
    func.substr(_log.c.message, 1, LONGEST_SHOWN).label("message"),
    func.length(_log.c.message).label("size"),
    _log.c.task_run_id,
    _task.c.name.label("task_run_name"),
).outerjoin(_task, _task.c.id == _log.c.task_run_id)


@dataclass(frozen=True)
class Arrived:
    """How many lines there are between two positions, and up to where none can come any more."""

    lines: int
    settled_lines: int
    settled: int | None


def lines_of(
    workspace: UUID, flow_run_id: UUID | None, task_run_id: UUID | None = None, level: int = 0
) -> Condition:
    """Return what lines of a flow run are, or of one of its task runs, from *level* on."""
    conditions = [_log.c.workspace_id == workspace, _log.c.flow_run_id == flow_run_id]
    if task_run_id is not None:
        conditions.append(_log.c.task_run_id == task_run_id)
    if level:
        conditions.append(_log.c.level >= level)
    return and_(*conditions)


def list_lines_after(
    session: Session, condition: Condition, position: int, limit: int
) -> Sequence[Row[Any]]:
    """Return the first lines after a position, each with its `task_run_name` and `size`."""
    wanted = select(_log.c.position).where(condition, _log.c.position > position)
    chosen = wanted.order_by(_arrival).limit(limit).subquery()
    page = _LINE.join(chosen, chosen.c.position == _log.c.position)
    return session.execute(page.order_by(_log.c.position)).all()


def list_last_lines(
    session: Session, condition: Condition, limit: int, before: int | None = None
) -> Sequence[Row[Any]]:
    """Return the last lines (those before a position), in the order of `list_lines_after`."""
    wanted = select(_log.c.position).where(condition)
    if before is not None:
        wanted = wanted.where(_log.c.position < before)
    chosen = wanted.order_by(_arrival.desc()).limit(limit).subquery()
    page = _LINE.join(chosen, chosen.c.position == _log.c.position)
    return session.execute(page.order_by(_log.c.position)).all()


def count_arrived(
    session: Session, condition: Condition, after: int, last: int, settled_before: datetime
) -> Arrived:
    """Count the lines after one position up to another; those kept before a time are settled."""
    between = and_(condition, _log.c.position > after, _log.c.position <= last)
    oldest = select(func.max(_log.c.position)).where(between, _log.c.created < settled_before)
    settled = oldest.scalar_subquery()
    row = session.execute(
        select(func.count(), func.count(case((_log.c.position <= settled, 1))), settled)
        .select_from(_log)
        .where(between)
    ).one()
    return Arrived(*row)


def get_log_line(session: Session, workspace: UUID, position: int) -> Row[Any]:
    found = session.execute(
        select(_log).where(_log.c.position == position, _log.c.workspace_id == workspace)
    ).first()
    if found is None:
        raise NotFoundError("Log line not found")
    return found
