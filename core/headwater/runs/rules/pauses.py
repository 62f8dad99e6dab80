"""The rules of flow runs that pause, suspend, and go on.

A pause keeps the process and waits in it; a suspension (`pause_reschedule`) ends the process, and
the run goes on in a new one.
"""

from headwater.runs.rules.transitions import Abort, Answer, Change, Reject, Transition
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import FINAL, State, StateDetails, StateType

_Transition = Transition[FlowRunPolicy]
_Answer = Answer[FlowRunPolicy] | None
AFTER_A_PAUSE = FINAL | {StateType.RUNNING, StateType.SCHEDULED, StateType.CANCELLING}


def pause_what_runs_once(transition: _Transition) -> _Answer:
    """Let each pause of a run's code stop it once, however often the code is run."""
    current, proposed, run = transition.current, transition.proposed, transition.run
    if proposed.type is not StateType.PAUSED:
        return None
    verb = "suspend" if proposed.name == "Suspended" else "pause"
    if current is None:
        return Abort(f"Cannot {verb} flows with no state.")
    if current.type is not StateType.RUNNING:
        return Reject(f"Cannot {verb} flows that are not currently running.")
    keys, key = run.policy.pause_keys or set(), proposed.details.pause_key or str(proposed.id)
    if key in keys:
        return Reject(f"This {verb} has already fired.")
    if proposed.details.pause_reschedule:
        if run.parent_task_run_id is not None:
            return Abort(f"Cannot {verb} subflows.")
        if run.deployment_id is None:
            return Abort(f"Cannot {verb} flows without a deployment.")
    return Change(policy=run.policy.model_copy(update={"pause_keys": keys | {key}}))


def go_on_after_a_pause(transition: _Transition) -> _Answer:
    current, proposed, run = transition.current, transition.proposed, transition.run
    if current is None or current.type is not StateType.PAUSED:
        return None
    cancels = proposed.type is StateType.CANCELLING and transition.of_major_two
    if cancels or proposed.type not in AFTER_A_PAUSE:
        return Reject(
            f"This run cannot transition to the {proposed.type} state"
            f" from the {current.type} state."
        )
    if current.details.pause_reschedule and run.deployment_id is None:
        return Reject(f"Cannot reschedule a {current.name.lower()} flow run without a deployment.")
    if proposed.type is not StateType.CANCELLING and is_over(current, transition):
        return Reject(
            f"The flow run {verb_of(current)} has timed out and can no longer resume.",
            never_resumed(current, proposed),
        )
    return Change(policy=run.policy.model_copy(update=_policy_after(current, proposed)))


def _policy_after(current: State, proposed: State) -> dict[str, object]:
    if proposed.type is StateType.SCHEDULED and not current.details.pause_reschedule:
        # Its process is gone: the run starts from the beginning, and its pauses stop it anew.
        return {"resuming": False, "pause_keys": set(), "retry_type": "reschedule"}
    return {"resuming": True}


def is_over(paused: State, transition: _Transition) -> bool:
    timeout = paused.details.pause_timeout
    return timeout is not None and timeout < transition.now


def verb_of(paused: State) -> str:
    return "suspend" if paused.name == "Suspended" else "pause"


def never_resumed(paused: State, proposed: State) -> State:
    """Return the state of a run whose pause nobody ended in time."""
    return proposed.but(
        type=StateType.FAILED,
        name="Failed",
        message=f"The flow was {paused.name.lower()} and never resumed.",
        data=None,
        details=StateDetails(),
    )
