"""The rule of runs that are to be begun until a time, as their schedules say, or not at all."""

from datetime import datetime

from headwater.runs.rules.transitions import Answer, Reject, Transition
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import State, StateCreate, StateDetails, StateType

SKIPPED = "Skipped"
BEGINS = frozenset({StateType.PENDING, StateType.RUNNING})


def find_skip(current: State | None, skip_at: datetime | None, now: datetime) -> StateCreate | None:
    """Return the state that a run is to be in if it still waits and it is too late for it."""
    if current is None or current.type is not StateType.SCHEDULED:
        return None
    if skip_at is None or skip_at > now:
        return None
    due = current.details.scheduled_time
    was_due = "" if due is None else f" was due at {_written(due)} and"
    message = f"The run{was_due} was to be begun by {_written(skip_at)}, as its schedule says."
    return StateCreate(type=StateType.CANCELLED, name=SKIPPED, message=message)


def skip_what_is_too_late(transition: Transition[FlowRunPolicy]) -> Answer[FlowRunPolicy] | None:
    """A worker that comes back may ask for a run before the loop has skipped it."""
    proposed = transition.proposed
    if proposed.type not in BEGINS:
        return None
    skipped = find_skip(transition.current, transition.run.skip_at, transition.now)
    if skipped is None:
        return None
    end = {"type": skipped.type, "name": SKIPPED, "message": skipped.message}
    state = proposed.but(**end, data=None, details=StateDetails())
    return Reject(skipped.message or "", state)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
