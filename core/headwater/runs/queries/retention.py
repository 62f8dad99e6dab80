"""Statements that find and remove what is older than it is to be kept, in all workspaces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Select, bindparam, delete, select
from sqlalchemy.orm import Session

from headwater.access.models import Workspace
from headwater.runs.models import FlowRun, Log
from headwater.runs.schemas.states import FINAL

_run, _log = FlowRun.__table__, Log.__table__
_workspaces = select(Workspace.__table__.c.id)
_OLD_RUNS: Select[Any] = (
    select(_run.c.id, _run.c.workspace_id)
    .where(_run.c.workspace_id.in_(_workspaces.scalar_subquery()))
    .where(_run.c.expected_start_time < bindparam("before"), _run.c.end_time < bindparam("before"))
    .where(_run.c.state_type.in_(FINAL))
    .limit(bindparam("most"))
)
# By arrival: positions are in that order, so the oldest lines are found without a search.
_OLDEST_LOGS: Select[Any] = select(_log.c.position, _log.c.created).order_by(_log.c.position)
_DELETE_LOGS = delete(_log).where(
    _log.c.position <= bindparam("last"), _log.c.created < bindparam("before")
)


def list_old_runs(session: Session, before: datetime, most: int) -> Sequence[Row[Any]]:
    """Return runs that ended before then."""
    return session.execute(_OLD_RUNS, {"before": before, "most": most}).all()


def list_oldest_logs(session: Session, most: int) -> Sequence[Row[Any]]:
    return session.execute(_OLDEST_LOGS.limit(most)).all()


def delete_logs_up_to(session: Session, last: int, before: datetime) -> int:
    """Remove lines up to a position that came before then; return how many."""
    names = {"last": last, "before": before}
    return cast(CursorResult[Any], session.execute(_DELETE_LOGS, names)).rowcount
