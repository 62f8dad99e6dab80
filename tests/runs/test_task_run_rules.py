"""The rules of task runs that come by REST, over every pair of states.

The table is what prefect's own server answers for a task run in a running flow run, without
retries or result: A accepts, R rejects and the run stays, X aborts.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from headwater.runs.rules.task_runs import decide_task_run
from headwater.runs.rules.transitions import Decision, Run, Status, Transition
from headwater.runs.schemas.policies import TaskRunPolicy
from headwater.runs.schemas.states import NAMES, State, StateDetails, StateType

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
ENDED = "A   A   A   A   A   A   X   X   X"
OPEN = "A   A   A   A   A   A   A   A   A"
TABLE = {
    kind: ENDED if kind in {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"} else OPEN
    for kind in [None, *StateType]
}
PAIRS = [
    (before, after, TABLE[before].split()[index])
    for before in TABLE
    for index, after in enumerate(StateType)
]
VERDICTS = {Status.ACCEPT: "A", Status.REJECT: "R", Status.ABORT: "X", Status.WAIT: "W"}


def state(kind: str, name: str | None = None, data: Any = None, **details: Any) -> State:
    kind = StateType(kind)
    return State(uuid4(), kind, name or NAMES[kind], NOW, None, data, StateDetails(**details))


def decide(
    before: State | None, after: State, *, force: bool = False, chance: float = 0.0, **facts: Any
) -> Decision[TaskRunPolicy]:
    policy = TaskRunPolicy(**facts.pop("policy", {}))
    facts = {"in_flow_run": True, "flow_run_state": state("RUNNING"), "flow_run_starts": 1} | facts
    return decide_task_run(
        Transition(Run(policy=policy, **facts), before, after, NOW, chance), force=force
    )


@pytest.mark.parametrize(("before", "after", "verdict"), PAIRS)
def test_each_pair_of_states_has_its_verdict(
    before: str | None, after: StateType, verdict: str
) -> None:
    decision = decide(state(before) if before else None, state(after))

    assert VERDICTS[decision.status] == verdict


@pytest.mark.parametrize(("before", "after", "_"), PAIRS)
def test_a_forced_state_is_entered_whatever_was_before(
    before: str | None, after: StateType, _: str
) -> None:
    decision = decide(state(before) if before else None, state(after), force=True)

    assert decision.entered is not None
    assert decision.entered.type is after


@pytest.mark.parametrize("flow_run_state", [None, *sorted({*StateType} - {"RUNNING", "PAUSED"})])
def test_no_task_starts_outside_a_running_flow(flow_run_state: str | None) -> None:
    of_flow = state(flow_run_state) if flow_run_state else None

    decision = decide(state("PENDING"), state("RUNNING"), flow_run_state=of_flow)

    assert decision.status is Status.ABORT
    assert decision.reason == "The enclosing flow must be running to begin task execution."


def test_a_task_of_a_paused_flow_is_not_ready_until_the_pause_ends() -> None:
    paused = state("PAUSED", pause_timeout=NOW)

    decision = decide(state("PENDING"), state("RUNNING"), flow_run_state=paused)

    assert decision.status is Status.REJECT
    assert decision.entered is not None
    assert (decision.entered.type, decision.entered.name) == ("PAUSED", "NotReady")
    assert decision.entered.details.pause_timeout == NOW


def test_a_task_without_a_flow_runs_by_itself() -> None:
    decision = decide(state("PENDING"), state("RUNNING"), in_flow_run=False, flow_run_state=None)

    assert decision.status is Status.ACCEPT


def test_a_completed_task_with_a_result_stays_so() -> None:
    done = state("COMPLETED", data={"type": "reference"})

    for after in (StateType.RUNNING, StateType.FAILED, StateType.COMPLETED):
        decision = decide(done, state(after))
        assert (decision.status, decision.entered) == (Status.REJECT, None)


def test_a_task_that_leaves_its_end_counts_its_starts_anew() -> None:
    decision = decide(state("FAILED"), state("RUNNING"), run_count=3, flow_run_run_count=1)

    assert decision.run.run_count == 0
    assert decision.entered is not None
    assert decision.entered.name == "Running"


def test_a_task_that_runs_again_as_its_flow_retries_is_called_retrying() -> None:
    decision = decide(
        state("FAILED"), state("RUNNING"), run_count=3, flow_run_run_count=1, flow_run_starts=2
    )

    assert decision.entered is not None
    assert decision.entered.name == "Retrying"
    assert decision.run.flow_run_run_count == 2


@pytest.mark.parametrize(
    ("before", "run_count", "name"),
    [
        ("AwaitingRetry", 1, "Retrying"),
        ("Pending", 1, "Rerunning"),
        ("Pending", 0, "Running"),
    ],
)
def test_a_later_start_has_a_name_of_its_own(before: str, run_count: int, name: str) -> None:
    decision = decide(state("SCHEDULED", before), state("RUNNING"), run_count=run_count)

    assert decision.entered is not None
    assert decision.entered.name == name


@pytest.mark.parametrize(
    ("retry_delay", "run_count", "seconds"),
    [(None, 1, 0), (5, 1, 5), ([1, 10], 1, 1), ([1, 10], 2, 10), ([1, 10], 3, 10), ([], 1, 0)],
)
def test_a_failed_task_waits_the_delay_of_its_turn(
    retry_delay: Any, run_count: int, seconds: float
) -> None:
    policy = {"retries": 3, "retry_delay": retry_delay}

    decision = decide(state("RUNNING"), state("FAILED"), run_count=run_count, policy=policy)

    assert (decision.status, decision.reason) == (Status.REJECT, "Retrying")
    assert decision.entered is not None
    assert decision.entered.details.scheduled_time == NOW + timedelta(seconds=seconds)


def test_jitter_makes_the_delay_longer_by_its_factor_at_most() -> None:
    policy = {"retries": 1, "retry_delay": 10, "retry_jitter_factor": 0.5}
    dues = []
    for chance in (0.0, 0.5, 1.0):
        decision = decide(
            state("RUNNING"), state("FAILED"), run_count=1, policy=policy, chance=chance
        )
        assert decision.entered is not None
        dues.append(decision.entered.details.scheduled_time)

    assert dues == [NOW + timedelta(seconds=seconds) for seconds in (10, 12.5, 15)]


def test_jitter_of_no_delay_is_none() -> None:
    policy = {"retries": 2, "retry_jitter_factor": 0.5}

    decision = decide(state("RUNNING"), state("FAILED"), run_count=1, policy=policy, chance=0.9)

    assert decision.entered is not None
    assert decision.entered.details.scheduled_time == NOW


def test_a_task_that_says_it_cannot_be_retried_is_not() -> None:
    failed = state("FAILED", retriable=False)

    decision = decide(state("RUNNING"), failed, run_count=1, policy={"retries": 3})

    assert decision.status is Status.ACCEPT
