"""Fails runs whose pause nobody ended in time."""

from datetime import datetime

from headwater.db.json import text
from headwater.db.session import reading
from headwater.events.log import TOPIC
from headwater.loops.loop import Loop
from headwater.runs.loop.moving import AT_MOST_EVERY, move_flow_run
from headwater.runs.queries.due import list_paused
from headwater.runs.schemas.states import StateCreate, StateDetails, StateType

MOST = 10_000  # paused runs to look at; the pauses that end are within their details
NEVER_RESUMED = "The flow was paused and never resumed."


def make_loop() -> Loop:
    return Loop("pause-expirations", (TOPIC,), tick, rest=AT_MOST_EVERY.total_seconds())


def tick(now: datetime) -> datetime | None:
    """Fail what was paused for too long; return when the next pause ends."""
    with reading() as session:
        paused = list_paused(session, MOST)
    ends = []
    for run in paused:
        end = StateDetails.model_validate_json(text(run.state_details)).pause_timeout
        if end is None:
            continue
        if end > now:
            ends.append(end)
            continue
        failed = StateCreate(type=StateType.FAILED, message=NEVER_RESUMED)
        move_flow_run(run.workspace_id, run.id, failed, now)
    return max(min(ends), now + AT_MOST_EVERY) if ends else None
