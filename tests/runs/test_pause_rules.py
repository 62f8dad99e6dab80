"""Pausing, suspending and going on. Verdicts and words are those of prefect 3.9.1's own server."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from headwater.runs.rules.flow_runs import decide_flow_run
from headwater.runs.rules.transitions import Decision, Run, Status, Transition
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import NAMES, State, StateDetails, StateType

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
EARLIER = NOW - timedelta(minutes=5)


def state(kind: str, name: str | None = None, **details: Any) -> State:
    kind = StateType(kind)
    return State(uuid4(), kind, name or NAMES[kind], NOW, details=StateDetails(**details))


def decide(before: State, after: State, **facts: Any) -> Decision[FlowRunPolicy]:
    policy = FlowRunPolicy(**facts.pop("policy", {}))
    run = Run(policy=policy, **facts)
    return decide_flow_run(Transition(run, before, after, NOW), force=False)


def test_a_running_run_pauses_and_remembers_which_pause_it_was() -> None:
    decision = decide(state("RUNNING"), state("PAUSED", pause_key="1"))

    assert decision.status is Status.ACCEPT
    assert decision.run.policy.pause_keys == {"1"}


def test_a_pause_without_a_key_has_one_of_its_own() -> None:
    paused = state("PAUSED")

    assert decide(state("RUNNING"), paused).run.policy.pause_keys == {str(paused.id)}


def test_a_pause_stops_a_run_once() -> None:
    policy = {"pause_keys": ["1"]}

    again = decide(state("RUNNING"), state("PAUSED", pause_key="1"), policy=policy)
    other = decide(state("RUNNING"), state("PAUSED", pause_key="2"), policy=policy)

    assert (again.status, again.entered) == (Status.REJECT, None)
    assert again.reason == "This pause has already fired."
    assert other.run.policy.pause_keys == {"1", "2"}


@pytest.mark.parametrize(("name", "verb"), [("Paused", "pause"), ("Suspended", "suspend")])
def test_only_a_running_run_pauses(name: str, verb: str) -> None:
    decision = decide(state("PENDING"), state("PAUSED", name))

    assert decision.reason == f"Cannot {verb} flows that are not currently running."


def test_only_a_run_of_a_deployment_that_is_no_subflow_is_suspended() -> None:
    suspended = state("PAUSED", "Suspended", pause_reschedule=True)

    alone = decide(state("RUNNING"), suspended)
    child = decide(state("RUNNING"), suspended, parent_task_run_id=uuid4(), deployment_id=uuid4())
    deployed = decide(state("RUNNING"), suspended, deployment_id=uuid4())

    assert alone.reason == "Cannot suspend flows without a deployment."
    assert child.reason == "Cannot suspend subflows."
    assert deployed.status is Status.ACCEPT


@pytest.mark.parametrize("kind", ["RUNNING", "SCHEDULED", "CANCELLING", "COMPLETED", "FAILED"])
def test_a_paused_run_goes_on_or_ends(kind: str) -> None:
    decision = decide(state("PAUSED", pause_timeout=LATER), state(kind))

    assert decision.status is Status.ACCEPT


def test_a_run_that_goes_on_is_marked_so_and_keeps_its_pauses() -> None:
    decision = decide(state("PAUSED"), state("RUNNING"), policy={"pause_keys": ["1"]})

    assert decision.run.policy.resuming is True
    assert decision.run.policy.pause_keys == {"1"}


def test_a_run_whose_process_is_gone_starts_from_the_beginning() -> None:
    policy = {"pause_keys": ["1"]}

    anew = decide(state("PAUSED"), state("SCHEDULED"), policy=policy)
    suspended = decide(
        state("PAUSED", "Suspended", pause_reschedule=True),
        state("SCHEDULED", "Resuming"),
        policy=policy,
        deployment_id=uuid4(),
    )

    assert (anew.run.policy.resuming, anew.run.policy.retry_type) == (False, "reschedule")
    assert anew.run.policy.pause_keys == set()
    assert suspended.run.policy.resuming is True
    assert suspended.run.policy.pause_keys == {"1"}


@pytest.mark.parametrize("kind", ["PENDING", "PAUSED"])
def test_a_paused_run_goes_nowhere_else(kind: str) -> None:
    decision = decide(state("PAUSED"), state(kind))

    assert (decision.status, decision.entered) == (Status.REJECT, None)


@pytest.mark.parametrize(
    ("name", "verb", "word"), [("Paused", "pause", "paused"), ("Suspended", "suspend", "suspended")]
)
def test_a_pause_that_nobody_ended_in_time_fails_the_run(name: str, verb: str, word: str) -> None:
    decision = decide(state("PAUSED", name, pause_timeout=EARLIER), state("RUNNING"))

    assert decision.reason == f"The flow run {verb} has timed out and can no longer resume."
    assert decision.entered is not None
    assert decision.entered.type is StateType.FAILED
    assert decision.entered.message == f"The flow was {word} and never resumed."


def test_a_pause_that_is_over_can_still_be_cancelled() -> None:
    decision = decide(state("PAUSED", pause_timeout=EARLIER), state("CANCELLING"))

    assert decision.status is Status.ACCEPT


def test_a_suspended_run_without_its_deployment_is_not_rescheduled() -> None:
    suspended = state("PAUSED", "Suspended", pause_reschedule=True)

    decision = decide(suspended, state("SCHEDULED"))

    assert decision.reason == "Cannot reschedule a suspended flow run without a deployment."
