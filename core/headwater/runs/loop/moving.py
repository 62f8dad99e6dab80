"""Moves runs to a state from a loop, each in a unit of its own."""

from datetime import datetime, timedelta
from uuid import UUID

from headwater.db.session import write
from headwater.errors import NotFoundError
from headwater.runs.schemas.states import StateCreate
from headwater.runs.service.flow_runs import set_flow_run_state
from headwater.runs.service.task_runs import set_task_run_state

BATCH = 100
# A loop is woken by every commit; it need not look at each.
AT_MOST_EVERY = timedelta(seconds=1)


def move_flow_run(
    workspace: UUID, run_id: UUID, state: StateCreate, now: datetime, *, force: bool = False
) -> None:
    """Propose a state; a run that is gone or has gone on meanwhile is left alone."""
    try:
        write(
            lambda session: set_flow_run_state(
                session, workspace, run_id, state, force=force, now=now
            )
        )
    except NotFoundError:
        return


def move_task_run(workspace: UUID, run_id: UUID, state: StateCreate, now: datetime) -> None:
    try:
        write(
            lambda session: set_task_run_state(
                session, workspace, run_id, state, force=True, now=now
            )
        )
    except NotFoundError:
        return
