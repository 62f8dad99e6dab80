"""The rules of flow runs, over every pair of states.

The table is what prefect 3.9.1's own server answers for a run without deployment, retries or
result: A accepts, R rejects and the run stays, C rejects with a Cancelled state, X aborts.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.runs.rules.flow_runs import decide_flow_run
from headwater.runs.rules.transitions import Decision, Run, Status, Transition
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import NAMES, State, StateDetails, StateType

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
ORDER = [*StateType]
# Columns: the proposed type, in the order of StateType.
#             SCH PEN RUN COM FAI CAN CRA PAU CNL
TABLE = {
    None: "      A   A   A   A   A   A   A   X   A",
    "SCHEDULED": "A   A   A   A   A   A   A   R   C",
    "PENDING": "  A   X   A   A   A   A   A   R   A",
    "RUNNING": "  A   X   A   A   A   A   A   A   A",
    "COMPLETED": "X   A   A   A   A   A   X   X   X",
    "FAILED": "   X   A   A   A   A   A   X   X   X",
    "CANCELLED": "X   X   A   A   A   A   X   X   X",
    "CRASHED": "  X   A   A   A   A   A   X   X   X",
    "PAUSED": "   A   R   A   A   A   A   A   R   A",
    "CANCELLING": "R  R  R  R  R  A  R  R  R",
}
PAIRS = [
    (before, after, TABLE[before].split()[index])
    for before in TABLE
    for index, after in enumerate(ORDER)
]


def state(kind: str, name: str | None = None, data: Any = None, **details: Any) -> State:
    kind = StateType(kind)
    return State(uuid4(), kind, name or NAMES[kind], NOW, None, data, StateDetails(**details))


def decide(
    before: State | None, after: State, *, force: bool = False, now: datetime = NOW, **facts: Any
) -> Decision[FlowRunPolicy]:
    policy, client = FlowRunPolicy(**facts.pop("policy", {})), facts.pop("client", None)
    transition = Transition(Run(policy=policy, **facts), before, after, now, client=client)
    return decide_flow_run(transition, force=force)


def verdict_of(decision: Decision[FlowRunPolicy], proposed: State) -> str:
    if decision.status is Status.REJECT and decision.entered is not None:
        return "C" if decision.entered.type is StateType.CANCELLED else "?"
    if decision.status is Status.ACCEPT:
        assert decision.entered is not None
        assert decision.entered.type is proposed.type
    return {Status.ACCEPT: "A", Status.REJECT: "R", Status.ABORT: "X", Status.WAIT: "W"}[
        decision.status
    ]


@pytest.mark.parametrize(("before", "after", "verdict"), PAIRS)
def test_each_pair_of_states_has_its_verdict(
    before: str | None, after: StateType, verdict: str
) -> None:
    proposed = state(after)

    decision = decide(state(before) if before else None, proposed)

    assert verdict_of(decision, proposed) == verdict


@pytest.mark.parametrize(("before", "after", "_"), PAIRS)
def test_a_forced_state_is_entered_whatever_was_before(
    before: str | None, after: StateType, _: str
) -> None:
    decision = decide(state(before) if before else None, state(after), force=True)

    cancelled = (before, after) == ("SCHEDULED", StateType.CANCELLING)
    assert decision.entered is not None
    assert decision.entered.type is (StateType.CANCELLED if cancelled else after)


def test_a_transition_that_was_made_is_not_made_again() -> None:
    key = uuid4()

    decision = decide(state("RUNNING", transition_id=key), state("RUNNING", transition_id=key))

    assert decision.status is Status.REJECT
    assert decision.entered is None
    assert decision.reason == "This run has already made this state transition."


def test_a_completed_run_with_a_result_is_not_run_again() -> None:
    done = state("COMPLETED", data={"storage_key": "x"})

    assert decide(done, state("RUNNING")).reason == "Run is already COMPLETED."
    assert decide(done, state("COMPLETED")).status is Status.REJECT
    assert decide(done, state("COMPLETED"), force=True).status is Status.REJECT
    assert decide(done, state("COMPLETED", data={"storage_key": "y"})).status is Status.ACCEPT


def test_a_result_that_was_not_kept_is_no_reason_to_stay_completed() -> None:
    done = state("COMPLETED", data={"type": "unpersisted"})

    assert decide(done, state("RUNNING")).status is Status.ACCEPT


@pytest.mark.parametrize("data", ["text", "", 1, 1.5, True, [], ["type"], {}])
def test_data_that_says_of_no_result_is_none(data: Any) -> None:
    done = state("COMPLETED", data=data)

    assert decide(done, state("RUNNING")).status is Status.ACCEPT
    assert decide(done, state("COMPLETED")).status is Status.ACCEPT
    assert decide(state("RUNNING"), done).status is Status.ACCEPT


@pytest.mark.parametrize("end", ["COMPLETED", "FAILED", "CANCELLED", "CRASHED"])
def test_a_run_of_a_deployment_can_be_scheduled_again(end: str) -> None:
    policy = {"pause_keys": ["1"]}

    decision = decide(state(end), state("SCHEDULED"), deployment_id=uuid4(), policy=policy)

    assert decision.status is Status.ACCEPT
    assert decision.run.policy.retry_type == "reschedule"
    assert decision.run.policy.pause_keys == set()


def test_cancelling_needs_the_process_that_runs() -> None:
    with_process = decide(state("SCHEDULED"), state("CANCELLING"), infrastructure_pid="host:1")
    suspended = decide(
        state("PAUSED", pause_reschedule=True), state("CANCELLING"), deployment_id=uuid4()
    )
    resuming = decide(
        state("SCHEDULED", "Resuming"), state("CANCELLING"), infrastructure_pid="host:1"
    )

    assert with_process.status is Status.ACCEPT
    assert suspended.reason == "Suspended flow run has no infrastructure to terminate."
    assert resuming.reason == "Scheduled flow run has no infrastructure to terminate."


@pytest.mark.parametrize("name", ["Submitting", "InfrastructurePending"])
def test_a_pending_run_may_say_how_far_it_is(name: str) -> None:
    lease = uuid4()
    before = state("PENDING", scheduled_time=NOW, deployment_concurrency_lease_id=lease)

    decision = decide(before, state("PENDING", name))

    assert decision.status is Status.ACCEPT
    assert decision.entered is not None
    assert decision.entered.details.scheduled_time == NOW
    assert decision.entered.details.deployment_concurrency_lease_id == lease


def test_a_second_worker_that_proposes_the_same_is_turned_away() -> None:
    assert decide(state("PENDING", "Submitting"), state("PENDING", "Submitting")).status == "ABORT"
    assert decide(state("PENDING", "Submitting"), state("PENDING")).status == "ABORT"


def test_only_a_scheduled_run_is_marked_late_and_once() -> None:
    late = state("SCHEDULED", "Late")

    assert decide(state("SCHEDULED"), late).status is Status.ACCEPT
    assert decide(state("SCHEDULED", "Late"), late).reason == (
        "This flow run is already marked late."
    )
    assert decide(state("PENDING"), late).reason == "Only scheduled flows can be marked late."


def test_a_run_that_is_not_due_waits_in_whole_seconds() -> None:
    due = NOW + timedelta(seconds=2.2)

    for before in (state("SCHEDULED", scheduled_time=due), state("PENDING", scheduled_time=due)):
        decision = decide(before, state("RUNNING"))
        assert (decision.status, decision.delay_seconds) == (Status.WAIT, 3)
        assert decide(before, state("RUNNING"), now=due).status is Status.ACCEPT


def test_pending_keeps_the_time_that_was_scheduled() -> None:
    decision = decide(state("SCHEDULED", scheduled_time=NOW), state("PENDING"))

    assert decision.entered is not None
    assert decision.entered.details.scheduled_time == NOW


def test_a_failed_run_is_retried_as_often_as_it_may() -> None:
    policy = {"retries": 2, "retry_delay": 30, "pause_keys": ["1"], "resuming": True}
    failed = state("FAILED", data={"x": 1})
    failed = replace(failed, message="boom")

    decision = decide(state("RUNNING"), failed, run_count=2, policy=policy)
    given_up = decide(state("RUNNING"), failed, run_count=3, policy=policy)

    assert (decision.status, decision.reason) == (Status.REJECT, "Retrying")
    assert decision.entered is not None
    assert (decision.entered.type, decision.entered.name) == ("SCHEDULED", "AwaitingRetry")
    assert decision.entered.details.scheduled_time == NOW + timedelta(seconds=30)
    assert (decision.entered.message, decision.entered.data) == ("boom", {"x": 1})
    assert decision.run.policy.retry_type == "in_process"
    assert decision.run.policy.pause_keys == set()
    assert given_up.status is Status.ACCEPT
    assert given_up.run.policy.retry_type is None


def test_a_retry_without_delay_is_due_at_once() -> None:
    decision = decide(state("RUNNING"), state("FAILED"), run_count=1, policy={"retries": 1})

    assert decision.entered is not None
    assert decision.entered.details.scheduled_time == NOW


@given(
    before=st.sampled_from([None, *StateType]),
    after=st.sampled_from(ORDER),
    force=st.booleans(),
    retries=st.none() | st.integers(0, 3),
    run_count=st.integers(0, 5),
)
def test_what_is_not_entered_has_a_reason_and_what_waits_a_delay(
    before: StateType | None, after: StateType, force: bool, retries: int | None, run_count: int
) -> None:
    current = state(before) if before else None
    decision = decide(
        current, state(after), force=force, policy={"retries": retries}, run_count=run_count
    )

    assert (decision.status is Status.ACCEPT) <= (decision.entered is not None)
    assert (decision.status in {Status.WAIT, Status.ABORT}) <= (decision.entered is None)
    assert (decision.status is not Status.ACCEPT) <= bool(decision.reason)
    assert (decision.delay_seconds is not None) == (decision.status is Status.WAIT)


@pytest.mark.parametrize("before", ["FAILED", "CRASHED"])
def test_the_older_client_knows_what_was_forced_to_be_complete(before: str) -> None:
    lost = state(before, data={"type": "reference", "storage_key": "x"})

    decision = decide(lost, state("COMPLETED"), force=True, client=(2, 20, 27))
    newer = decide(lost, state("COMPLETED"), force=True)

    assert decision.entered is not None
    assert decision.entered.data == {"type": "unknown", "value": None}
    assert newer.entered is not None
    assert newer.entered.data is None
