"""What the server does about log lines."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.ids import uuid7
from headwater.runs.queries import logs as queries
from headwater.runs.schemas.logs import LogCreate


def add_logs(
    session: Session, workspace: UUID, lines: Sequence[LogCreate], *, now: datetime
) -> None:
    """Keep lines, be their run known or not."""
    if not lines:
        return
    rows = [
        {
            "workspace_id": workspace,
            "id": uuid7(),
            "created": now,
            "name": line.name,
            "level": line.level,
            "message": line.message,
            "timestamp": line.timestamp,
            "flow_run_id": line.flow_run_id,
            "task_run_id": line.task_run_id,
        }
        for line in lines
    ]
    queries.add_logs(session, rows)
