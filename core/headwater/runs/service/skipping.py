"""Skips runs that nobody began as long as their schedules wanted them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.runs.queries.flow_runs import get_locked_flow_run
from headwater.runs.rules.lateness import find_skip
from headwater.runs.service.flow_runs import find_skip_time, set_flow_run_state
from headwater.runs.service.states import state_of


def skip_late_run(session: Session, workspace: UUID, run_id: UUID, *, now: datetime) -> None:
    """End a run that is too late, if nobody has begun it meanwhile; raise NotFoundError."""
    row = get_locked_flow_run(session, workspace, run_id)._asdict()
    skipped = find_skip(state_of(row), find_skip_time(row), now)
    if skipped is not None:
        set_flow_run_state(session, workspace, run_id, skipped, now=now)
