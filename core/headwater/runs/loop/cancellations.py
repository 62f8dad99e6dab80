"""Finishes cancellations: of what a cancelled run had begun, and where nobody answers."""

from datetime import datetime, timedelta

from headwater.db.session import reading
from headwater.events.log import TOPIC
from headwater.loops.loop import Loop
from headwater.runs.loop.moving import AT_MOST_EVERY, BATCH, move_flow_run, move_task_run
from headwater.runs.queries import due as queries
from headwater.runs.schemas.states import StateCreate, StateType

LOOK_BACK = timedelta(days=1)
PATIENCE = timedelta(seconds=300)  # with whoever is to stop a run that is being cancelled
PARENT = "The parent flow run was cancelled."
TIMED_OUT = "Flow run cancellation timed out; marked this flow run as Cancelled."


def make_loop() -> Loop:
    return Loop("cancellation-cleanup", (TOPIC,), tick, rest=AT_MOST_EVERY.total_seconds())


def tick(now: datetime) -> datetime | None:
    """Cancel what belongs to cancelled runs; return when the next cancellation times out."""
    with reading() as session:
        tasks = queries.list_open_tasks_of_cancelled(session, now - LOOK_BACK, BATCH)
        subflows = queries.list_open_subflows_of_cancelled(session, now - LOOK_BACK, BATCH)
        cancelling = queries.list_cancelling(session, BATCH)
    cancelled = StateCreate(type=StateType.CANCELLED, message=PARENT)
    for task in tasks:
        move_task_run(task.workspace_id, task.id, cancelled, now)
    for run in subflows:
        # One that a worker runs is stopped by that worker.
        kind = StateType.CANCELLED if run.deployment_id is None else StateType.CANCELLING
        state = StateCreate(type=kind, message=PARENT)
        move_flow_run(run.workspace_id, run.id, state, now)
    for run in cancelling:
        end: datetime = run.state_timestamp + PATIENCE
        if end > now:
            return max(end, now + AT_MOST_EVERY)
        ended = StateCreate(type=StateType.CANCELLED, message=TIMED_OUT)
        move_flow_run(run.workspace_id, run.id, ended, now)
    return now + AT_MOST_EVERY if tasks or subflows or cancelling else None
