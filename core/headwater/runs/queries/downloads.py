"""Statements that give whole lists, a piece at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from headwater.runs.models import Log

_log = Log.__table__
_LINES: Select[Any] = (
    select(
        _log.c.position,
        _log.c.timestamp,
        _log.c.level,
        _log.c.flow_run_id,
        _log.c.task_run_id,
        _log.c.message,
    )
    .where(_log.c.workspace_id == bindparam("workspace"))
    .where(_log.c.flow_run_id == bindparam("run_id"))
    .order_by(_log.c.timestamp, _log.c.position)
    .limit(bindparam("most"))
)
_time = bindparam("time", type_=_log.c.timestamp.type)
_position = bindparam("position", type_=_log.c.position.type)
_LATER_LINES = _LINES.where(
    _log.c.timestamp >= _time,
    or_(_log.c.timestamp > _time, _log.c.position > _position),
)
Place = tuple[datetime, int]  # the time and the position of a line


def list_lines_by_time(
    session: Session, workspace: UUID, run_id: UUID, after: Place | None, limit: int
) -> Sequence[Row[Any]]:
    """Return a flow run's first lines by time, after a place; each with its `position`."""
    values: dict[str, Any] = {"workspace": workspace, "run_id": run_id, "most": limit}
    if after is None:
        return session.execute(_LINES, values).all()
    values |= {"time": after[0], "position": after[1]}
    return session.execute(_LATER_LINES, values).all()
