"""The rules of flow runs. The order of FLOW_RUN_POLICY is the order that they are asked in."""

from datetime import timedelta

from headwater.runs.rules.lateness import skip_what_is_too_late
from headwater.runs.rules.pauses import go_on_after_a_pause, pause_what_runs_once
from headwater.runs.rules.shared import (
    copy_scheduled_time,
    give_to_one_worker,
    has_result,
    stand_in_for_a_lost_result,
    wait_for_scheduled_time,
)
from headwater.runs.rules.slots import (
    LATE,
    cancel_what_would_be_late,
    carry_the_lease,
    keep_the_slot,
    take_a_slot,
)
from headwater.runs.rules.transitions import (
    Abort,
    Answer,
    Change,
    Decision,
    Reject,
    Rule,
    Transition,
    decide,
)
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import StateDetails, StateType

_Transition = Transition[FlowRunPolicy]
_Answer = Answer[FlowRunPolicy] | None
NEVER_AFTER_THE_END = frozenset({StateType.CANCELLING, StateType.PAUSED, StateType.CRASHED})
RESULT_AT_STAKE = (
    "Cannot overwrite a COMPLETED state that carries persisted result data with one that does not."
)


def prevent_duplicate_transition(transition: _Transition) -> _Answer:
    """Let a client that lost our first answer ask again."""
    if transition.current is None:
        return None
    made = transition.current.details.transition_id
    if made is None or made != transition.proposed.details.transition_id:
        return None
    return Reject("This run has already made this state transition.")


def keep_final_states(transition: _Transition) -> _Answer:
    current, proposed = transition.current, transition.proposed
    if current is None or not current.is_final:
        return None
    if proposed.type in NEVER_AFTER_THE_END:
        return Abort(f"Run is already in terminal state {current.type}.")
    if current.type is StateType.COMPLETED and has_result(current):
        if not proposed.is_final:
            return Reject("Run is already COMPLETED.")
        if proposed.type is StateType.COMPLETED and not has_result(proposed):
            return Reject(RESULT_AT_STAKE)
    if proposed.is_final:
        return None
    scheduled = proposed.type is StateType.SCHEDULED
    if scheduled and transition.run.deployment_id is None:
        return Abort("Cannot reschedule a run without an associated deployment.")
    fresh = {"resuming": False, "pause_keys": set(), "retry_type": None}
    if scheduled:
        fresh["retry_type"] = "reschedule"
    return Change(policy=transition.run.policy.model_copy(update=fresh))


def keep_results(transition: _Transition) -> _Answer:
    """Even one who forces a state may not lose a result."""
    current, proposed = transition.current, transition.proposed
    if current is None or {current.type, proposed.type} != {StateType.COMPLETED}:
        return None
    if has_result(current) and not has_result(proposed):
        return Reject(RESULT_AT_STAKE)
    return None


def finish_cancelling(transition: _Transition) -> _Answer:
    current, proposed = transition.current, transition.proposed
    if current is None or current.type is not StateType.CANCELLING:
        return None
    if proposed.type is StateType.CANCELLED:
        return None
    return Reject("Cannot transition flows that are cancelling to a state other than Cancelled.")


def cancel_at_once_what_nobody_runs(transition: _Transition) -> _Answer:
    """Without a process there is nobody who would answer to Cancelling."""
    current, proposed = transition.current, transition.proposed
    if current is None or proposed.type is not StateType.CANCELLING:
        return None
    cancelled = proposed.but(type=StateType.CANCELLED, name="Cancelled", details=StateDetails())
    if current.type is StateType.SCHEDULED:
        if transition.run.infrastructure_pid and current.name != "Resuming":
            return None
        return Reject("Scheduled flow run has no infrastructure to terminate.", cancelled)
    if current.type is StateType.PAUSED and current.details.pause_reschedule:
        return Reject("Suspended flow run has no infrastructure to terminate.", cancelled)
    return None


def begin_once_what_was_handed_out(transition: _Transition) -> _Answer:
    """A worker that is late with what it was given must not begin a run that is over already.

    The clients' own server lets it. Whoever wants a run of a queue again schedules it first.
    """
    current, proposed = transition.current, transition.proposed
    if current is None or proposed.type is not StateType.PENDING or not transition.run.in_queue:
        return None
    if not current.is_final:
        return None
    return Abort(f"This run is in a {current.type} state and cannot transition to a PENDING state.")


def mark_late_only_what_is_scheduled(transition: _Transition) -> _Answer:
    current, proposed = transition.current, transition.proposed
    if proposed.type is not StateType.SCHEDULED or proposed.name != LATE:
        return None
    if current is None or current.type is not StateType.SCHEDULED:
        return Reject("Only scheduled flows can be marked late.")
    if current.name == LATE and not transition.of_major_two:
        return Reject("This flow run is already marked late.")
    return None


def retry_failed(transition: _Transition) -> _Answer:
    """A failed run that may try again waits for its delay; its own process starts it anew."""
    current, proposed, run = transition.current, transition.proposed, transition.run
    if current is None or current.type is not StateType.RUNNING:
        return None
    if proposed.type is not StateType.FAILED:
        return None
    if run.policy.retries is None or run.run_count > run.policy.retries:
        return Change(policy=run.policy.model_copy(update={"retry_type": None}))
    due = transition.now + timedelta(seconds=run.policy.retry_delay or 0)
    again = proposed.but(
        type=StateType.SCHEDULED,
        name="AwaitingRetry",
        # Its process lives on, and keeps the slot that it has.
        details=StateDetails(
            scheduled_time=due,
            deployment_concurrency_lease_id=current.details.deployment_concurrency_lease_id,
        ),
    )
    in_process = {"retry_type": "in_process", "resuming": False, "pause_keys": set()}
    return Reject("Retrying", again, run.policy.model_copy(update=in_process))


FLOW_RUN_POLICY: tuple[Rule[FlowRunPolicy], ...] = (
    carry_the_lease,
    prevent_duplicate_transition,
    keep_final_states,
    finish_cancelling,
    cancel_at_once_what_nobody_runs,
    skip_what_is_too_late,
    give_to_one_worker,
    begin_once_what_was_handed_out,
    keep_the_slot,
    take_a_slot,
    mark_late_only_what_is_scheduled,
    cancel_what_would_be_late,
    pause_what_runs_once,
    go_on_after_a_pause,
    copy_scheduled_time,
    wait_for_scheduled_time,
    retry_failed,
)
# What still holds for a state that is forced, and for the one that a run is made with.
FORCED_FLOW_RUN_POLICY: tuple[Rule[FlowRunPolicy], ...] = (
    carry_the_lease,
    stand_in_for_a_lost_result,
    keep_results,
    cancel_at_once_what_nobody_runs,
)


def decide_flow_run(transition: _Transition, *, force: bool) -> Decision[FlowRunPolicy]:
    return decide(transition, FORCED_FLOW_RUN_POLICY if force else FLOW_RUN_POLICY)
