"""Calls runs late that nobody has begun in time, and skips those that are not to be begun later."""

from datetime import datetime, timedelta
from uuid import UUID

from headwater.db.session import reading, write
from headwater.errors import NotFoundError
from headwater.events.log import TOPIC
from headwater.loops.loop import Loop
from headwater.runs.loop.moving import AT_MOST_EVERY, BATCH, move_flow_run
from headwater.runs.queries.due import list_scheduled, list_skippable
from headwater.runs.rules.slots import LATE
from headwater.runs.schemas.states import StateCreate, StateDetails, StateType
from headwater.runs.service.skipping import skip_late_run
from headwater.settings import Settings


def make_loop(settings: Settings) -> Loop:
    late_after = timedelta(seconds=settings.server_late_runs_after_seconds)
    rest = AT_MOST_EVERY.total_seconds()
    return Loop("late-runs", (TOPIC,), lambda now: tick(now, late_after), rest=rest)


def tick(now: datetime, late_after: timedelta) -> datetime | None:
    """Skip what is too late and mark what is late; return when the next run will be."""
    looks = [skip(now), call_late(now, late_after)]
    return min((look for look in looks if look is not None), default=None)


def skip(now: datetime) -> datetime | None:
    with reading() as session:
        waiting = list_skippable(session, BATCH)
    for run in waiting:
        end: datetime = run.skip_at
        if end > now:
            return max(end, now + AT_MOST_EVERY)
        _skip(run.workspace_id, run.id, now)
    return now + AT_MOST_EVERY if len(waiting) == BATCH else None


def _skip(workspace: UUID, run_id: UUID, now: datetime) -> None:
    try:
        write(lambda session: skip_late_run(session, workspace, run_id, now=now))
    except NotFoundError:  # it was removed meanwhile
        return


def call_late(now: datetime, late_after: timedelta) -> datetime | None:
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
