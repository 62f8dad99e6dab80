"""Rules that flow runs and task runs have in common."""

from math import ceil
from typing import Any

from headwater.runs.rules.transitions import Abort, Answer, Change, PolicyKind, Transition, Wait
from headwater.runs.schemas.states import State, StateType

UNSTARTED = frozenset({StateType.SCHEDULED, StateType.PENDING})
# A run in one of these was taken by somebody already, or is to be taken by nobody.
TAKEN = frozenset({StateType.PENDING, StateType.RUNNING, StateType.CANCELLING, StateType.CANCELLED})


def has_result(state: State) -> bool:
    """Say if the state has a result that is kept somewhere: data that is an object says where."""
    return isinstance(state.data, dict) and bool(state.data) and not is_unpersisted(state.data)


def is_unpersisted(data: Any) -> bool:
    return isinstance(data, dict) and data.get("type") == "unpersisted"


def stand_in_for_a_lost_result(transition: Transition[PolicyKind]) -> Answer[PolicyKind] | None:
    """Let 2.20 know a run that was forced to be complete from one whose result nobody kept."""
    current, proposed = transition.current, transition.proposed
    if current is None or not transition.of_major_two or proposed.type is not StateType.COMPLETED:
        return None
    if current.type not in {StateType.FAILED, StateType.CRASHED}:
        return None
    if not isinstance(current.data, dict) or current.data.get("type") != "reference":
        return None
    return Change(proposed.but(data={"type": "unknown", "value": None}))


def copy_scheduled_time(transition: Transition[PolicyKind]) -> Answer[PolicyKind] | None:
    """Let who takes a run early still know when it is due."""
    current, proposed = transition.current, transition.proposed
    if current is None or current.type is not StateType.SCHEDULED:
        return None
    if proposed.type is not StateType.PENDING or proposed.details.scheduled_time is not None:
        return None
    due = current.details.scheduled_time
    return Change(proposed.but(details=proposed.details.but(scheduled_time=due)))


def wait_for_scheduled_time(transition: Transition[PolicyKind]) -> Answer[PolicyKind] | None:
    current = transition.current
    if current is None or current.type not in UNSTARTED:
        return None
    due = current.details.scheduled_time
    if transition.proposed.type is not StateType.RUNNING or due is None or due <= transition.now:
        return None
    delay = ceil((due - transition.now).total_seconds())
    return Wait("Scheduled time is in the future", delay)


def give_to_one_worker(transition: Transition[PolicyKind]) -> Answer[PolicyKind] | None:
    """Two workers that take the same run both propose Pending; only the first may have it."""
    current, proposed = transition.current, transition.proposed
    if current is None or proposed.type is not StateType.PENDING or current.type not in TAKEN:
        return None
    reports = proposed.name not in {"Pending", current.name} and not transition.of_major_two
    if current.type is StateType.PENDING and reports:
        details = proposed.details
        kept = details.but(
            scheduled_time=details.scheduled_time or current.details.scheduled_time,
            deployment_concurrency_lease_id=details.deployment_concurrency_lease_id
            or current.details.deployment_concurrency_lease_id,
        )
        return Change(proposed.but(details=kept))  # its owner says how far it is
    return Abort(f"This run is in a {current.type} state and cannot transition to a PENDING state.")
