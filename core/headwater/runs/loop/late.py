"""Calls runs late that nobody has begun in time."""

from datetime import datetime, timedelta

from headwater.db.session import reading
from headwater.events.log import TOPIC
from headwater.loops.loop import Loop
from headwater.runs.loop.moving import AT_MOST_EVERY, BATCH, move_flow_run
from headwater.runs.queries.due import list_scheduled
from headwater.runs.rules.slots import LATE
from headwater.runs.schemas.states import StateCreate, StateDetails, StateType
from headwater.settings import Settings


def make_loop(settings: Settings) -> Loop:
    late_after = timedelta(seconds=settings.server_late_runs_after_seconds)
    rest = AT_MOST_EVERY.total_seconds()
    return Loop("late-runs", (TOPIC,), lambda now: tick(now, late_after), rest=rest)


def tick(now: datetime, late_after: timedelta) -> datetime | None:
    """Mark what is late; return when the next run will be."""
    with reading() as session:
        waiting = list_scheduled(session, BATCH)
    for run in waiting:
        due: datetime = run.next_scheduled_start_time
        if due + late_after > now:
            return max(due + late_after, now + AT_MOST_EVERY)
        details = StateDetails(scheduled_time=due)
        late = StateCreate(type=StateType.SCHEDULED, name=LATE, state_details=details)
        move_flow_run(run.workspace_id, run.id, late, now)
    return now + AT_MOST_EVERY if len(waiting) == BATCH else None
