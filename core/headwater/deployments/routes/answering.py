"""Reads what deployments are shown with."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.deployments.queries.schedules import list_schedules
from headwater.deployments.schemas.shown import Shown, show_deployment
from headwater.deployments.service import limits
from headwater.web.caller import Caller, Major


def show_all(
    session: Session, workspace: UUID, rows: Sequence[Row[Any]], caller: Caller, now: datetime
) -> list[Shown]:
    """Return deployments as the wire has them, in two statements whatever their number."""
    schedules: dict[UUID, list[Any]] = defaultdict(list)
    for each in list_schedules(session, workspace, [row.id for row in rows]):
        schedules[each.deployment_id].append(each._asdict())
    limited = _limits(session, workspace, rows, caller.major, now)
    return [
        show_deployment(
            row._asdict(), schedules[row.id], limited.get(row.concurrency_limit_id), caller
        )
        for row in rows
    ]


def _limits(
    session: Session, workspace: UUID, rows: Iterable[Row[Any]], major: Major, now: datetime
) -> dict[UUID, Any]:
    return limits.list_of(session, workspace, rows, now=now) if major is Major.THREE else {}
