"""The rules of task runs whose states the server decides: those of 2.20, and placeholders."""

from datetime import timedelta
from math import ceil

from headwater.runs.rules.shared import (
    UNSTARTED,
    copy_scheduled_time,
    give_to_one_worker,
    has_result,
    stand_in_for_a_lost_result,
    wait_for_scheduled_time,
)
from headwater.runs.rules.transitions import (
    Abort,
    Answer,
    Change,
    Decision,
    Reject,
    Rule,
    Transition,
    Wait,
    decide,
)
from headwater.runs.schemas.policies import TaskRunPolicy
from headwater.runs.schemas.states import StateDetails, StateType

_Transition = Transition[TaskRunPolicy]
_Answer = Answer[TaskRunPolicy] | None
NEVER_AFTER_THE_END = frozenset({StateType.CANCELLING, StateType.PAUSED, StateType.CRASHED})
LONGEST_CACHE_KEY = 2000  # characters; bytes, too, since an index takes no more
LONGEST_DELAY = 2.0**31  # seconds; the calendar ends
# Of who waits for a slot, in seconds: as long as one takes to come free on average, so that none
# lies idle for long; the clients' own server says 30 however soon that is.
LONGEST_SLOT_WAIT = 5
FLOW_RUN_STOPPED = "The enclosing flow must be running to begin task execution."


def keep_final_states(transition: _Transition) -> _Answer:
    current, proposed, run = transition.current, transition.proposed, transition.run
    if current is None or not current.is_final:
        return None
    if proposed.type in NEVER_AFTER_THE_END:
        return Abort(f"Run is already {current.type}.")
    if current.type is StateType.COMPLETED and has_result(current):
        return Reject("This run is already completed.")
    if proposed.is_final:
        return None
    of_flow_retry = run.in_flow_run and run.flow_run_run_count < run.flow_run_starts
    if proposed.type is StateType.RUNNING and of_flow_retry:
        return Change(proposed.but(name="Retrying"), run_count=0)
    return Change(run_count=0)


def take_over_a_cached_state(transition: _Transition) -> _Answer:
    """Let a task that was computed already enter what it came to, instead of running."""
    proposed, cached = transition.proposed, transition.run.cached
    if proposed.type is not StateType.RUNNING or cached is None:
        return None
    return Reject("Retrieved state from cache", cached.but(id=proposed.id, name="Cached"))


def bound_cache_keys(transition: _Transition) -> _Answer:
    key = transition.proposed.details.cache_key
    if transition.proposed.type is not StateType.COMPLETED or key is None:
        return None
    if len(key.encode()) <= LONGEST_CACHE_KEY:
        return None
    uncached = transition.proposed.details.but(cache_key=None, cache_expiration=None)
    return Reject(
        f"Cache key exceeded maximum allowed length of {LONGEST_CACHE_KEY} characters.",
        transition.proposed.but(details=uncached),
    )


def wait_for_a_slot_of_each_tag(transition: _Transition) -> _Answer:
    """Let no more task runs with a tag run than its limit says; they ask again later."""
    current = transition.current
    if transition.proposed.type is not StateType.RUNNING:
        return None
    if current is not None and current.type is StateType.RUNNING:
        return None  # it has its slots
    for limit in transition.run.limits:
        if limit.limit == 0:
            return Abort(
                f'The concurrency limit on tag "{limit.tag}" is 0 and will deadlock if the task'
                " tries to run again."
            )
    for limit in transition.run.limits:
        if limit.running >= limit.limit:
            reason = f"Concurrency limit for the {limit.tag} tag has been reached"
            turn = ceil(limit.occupancy / limit.limit)
            return Wait(reason, max(1, min(turn, LONGEST_SLOT_WAIT)))
    return None


def copy_parameters(transition: _Transition) -> _Answer:
    """Let a task that was put off still find what it was called with."""
    current, details = transition.current, transition.proposed.details
    if current is None or current.type not in UNSTARTED or details.task_parameters_id is not None:
        return None
    if transition.proposed.type not in {StateType.PENDING, StateType.RUNNING}:
        return None
    kept = details.but(task_parameters_id=current.details.task_parameters_id)
    return Change(transition.proposed.but(details=kept))


def run_only_in_a_running_flow(transition: _Transition) -> _Answer:
    flow_run_state = transition.run.flow_run_state
    if transition.proposed.type is not StateType.RUNNING or not transition.run.in_flow_run:
        return None
    if flow_run_state is None:
        return Abort(FLOW_RUN_STOPPED)
    if flow_run_state.type is StateType.PAUSED:
        details = StateDetails(
            pause_timeout=flow_run_state.details.pause_timeout,
            pause_reschedule=flow_run_state.details.pause_reschedule,
        )
        not_ready = transition.proposed.but(
            type=StateType.PAUSED, name="NotReady", message=None, data=None, details=details
        )
        return Reject("The flow is paused, new tasks can execute after resuming flow", not_ready)
    if flow_run_state.type is not StateType.RUNNING:
        return Abort(FLOW_RUN_STOPPED)
    return None


def retry_failed(transition: _Transition) -> _Answer:
    current, proposed, run = transition.current, transition.proposed, transition.run
    if current is None or current.type is not StateType.RUNNING:
        return None
    if proposed.type is not StateType.FAILED or proposed.details.retriable is False:
        return None
    if run.policy.retries is None or run.run_count > run.policy.retries:
        return None
    delay = spread(_base_delay(run.policy, run.run_count), run.policy, transition.chance)
    again = proposed.but(
        type=StateType.SCHEDULED,
        name="AwaitingRetry",
        details=StateDetails(scheduled_time=transition.now + timedelta(seconds=delay)),
    )
    return Reject("Retrying", again)


def _base_delay(policy: TaskRunPolicy, run_count: int) -> float:
    """Return the delay after the run's latest start, in seconds; the last of a list stays."""
    if not isinstance(policy.retry_delay, list):
        return policy.retry_delay or 0
    if not policy.retry_delay:
        return 0
    return policy.retry_delay[min(run_count, len(policy.retry_delay)) - 1]


def spread(delay: float, policy: TaskRunPolicy, chance: float) -> float:
    """Return *delay* or longer, by up to the jitter factor, so that retries come apart."""
    return min(delay * (1 + (policy.retry_jitter_factor or 0) * chance), LONGEST_DELAY)


def name_reruns(transition: _Transition) -> _Answer:
    current, proposed = transition.current, transition.proposed
    if proposed.type is not StateType.RUNNING or transition.run.run_count == 0:
        return None
    retrying = current is not None and current.name == "AwaitingRetry"
    return Change(proposed.but(name="Retrying" if retrying else "Rerunning"))


def follow_flow_run_starts(transition: _Transition) -> _Answer:
    if transition.proposed.type is not StateType.RUNNING or not transition.run.in_flow_run:
        return None
    return Change(flow_run_run_count=transition.run.flow_run_starts)


TASK_RUN_POLICY: tuple[Rule[TaskRunPolicy], ...] = (
    take_over_a_cached_state,
    keep_final_states,
    run_only_in_a_running_flow,
    wait_for_a_slot_of_each_tag,
    copy_scheduled_time,
    wait_for_scheduled_time,
    retry_failed,
    name_reruns,
    follow_flow_run_starts,
    bound_cache_keys,
)
# Of tasks that run without their flow, wherever a worker takes them. There are limits to wait for
# in 2.20's alone: 3.9's take the slots of their tags themselves, as all of its tasks do.
BACKGROUND_POLICY: tuple[Rule[TaskRunPolicy], ...] = (
    give_to_one_worker,
    take_over_a_cached_state,
    keep_final_states,
    wait_for_a_slot_of_each_tag,
    copy_scheduled_time,
    copy_parameters,
    wait_for_scheduled_time,
    retry_failed,
    name_reruns,
    follow_flow_run_starts,
    bound_cache_keys,
)
FORCED_TASK_RUN_POLICY: tuple[Rule[TaskRunPolicy], ...] = (stand_in_for_a_lost_result,)


def decide_task_run(transition: _Transition, *, force: bool) -> Decision[TaskRunPolicy]:
    if transition.proposed.details.deferred:
        return decide(transition, BACKGROUND_POLICY)
    return decide(transition, FORCED_TASK_RUN_POLICY if force else TASK_RUN_POLICY)
