"""The rules of flow runs whose deployment has a concurrency limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.runs.rules.flow_runs import decide_flow_run
from headwater.runs.rules.slots import HOLDING
from headwater.runs.rules.transitions import Decision, Run, Slot, Status, Transition
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import NAMES, State, StateDetails, StateType

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
LEASE, NEW = uuid4(), uuid4()
FREE = Slot(limit=2, free=True, held=False, cancel_new=False, lease_id=NEW)
FULL = replace(FREE, free=False)
HELD = replace(FULL, held=True)
OTHERS = sorted({*StateType} - HOLDING)


def state(kind: str, name: str | None = None, **details: Any) -> State:
    kind = StateType(kind)
    return State(uuid4(), kind, name or NAMES[kind], NOW, None, None, StateDetails(**details))


def leased(kind: str, name: str | None = None) -> State:
    return state(kind, name, deployment_concurrency_lease_id=LEASE)


def decide(
    before: State | None, after: State, slot: Slot | None, *, force: bool = False, **facts: Any
) -> Decision[FlowRunPolicy]:
    policy = FlowRunPolicy(**facts.pop("policy", {}))
    run = Run(policy=policy, deployment_id=uuid4(), slot=slot, **facts)
    return decide_flow_run(Transition(run, before, after, NOW), force=force)


def lease_of(decision: Decision[FlowRunPolicy]) -> UUID | None:
    assert decision.entered is not None
    return decision.entered.details.deployment_concurrency_lease_id


@pytest.mark.parametrize("before", [None, "SCHEDULED", "FAILED", "CRASHED"])
def test_a_run_that_is_taken_takes_a_slot(before: str | None) -> None:
    decision = decide(state(before) if before else None, state("PENDING"), FREE)

    assert decision.status is Status.ACCEPT
    assert lease_of(decision) == NEW


def test_a_run_without_a_slot_waits_for_one() -> None:
    decision = decide(state("SCHEDULED", scheduled_time=NOW), state("PENDING"), FULL)

    assert (decision.status, decision.reason) == (
        Status.REJECT,
        "Deployment concurrency limit reached.",
    )
    assert decision.entered is not None
    assert (decision.entered.type, decision.entered.name) == (
        StateType.SCHEDULED,
        "AwaitingConcurrencySlot",
    )
    assert decision.entered.details == StateDetails(scheduled_time=NOW + timedelta(seconds=30))


def test_a_run_without_a_slot_is_cancelled_where_new_ones_are() -> None:
    decision = decide(state("SCHEDULED"), state("PENDING"), replace(FULL, cancel_new=True))

    assert decision.status is Status.REJECT
    assert decision.entered is not None
    assert decision.entered.type is StateType.CANCELLED
    assert decision.entered.message == "Deployment concurrency limit reached."


def test_a_limit_of_none_ends_the_attempt() -> None:
    decision = decide(state("SCHEDULED"), state("PENDING"), replace(FULL, limit=0))

    assert decision.status is Status.ABORT
    assert decision.reason == (
        "The deployment concurrency limit is 0. The flow will deadlock if submitted again."
    )


def test_a_run_whose_deployment_is_gone_is_taken_by_nobody() -> None:
    decision = decide(state("SCHEDULED"), state("PENDING"), None, deployment_is_gone=True)

    assert (decision.status, decision.reason) == (Status.ABORT, "Deployment not found.")


def test_a_worker_that_comes_second_takes_no_slot() -> None:
    decision = decide(leased("PENDING"), state("PENDING"), FREE)

    assert decision.status is Status.ABORT


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PENDING", "RUNNING"),
        ("PENDING", "CANCELLING"),
        ("RUNNING", "RUNNING"),
        ("RUNNING", "CANCELLING"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_the_lease_is_carried_on_while_its_slot_is_held(
    before: str, after: str, force: bool
) -> None:
    decision = decide(leased(before), state(after), HELD, force=force)

    assert decision.status is Status.ACCEPT
    assert lease_of(decision) == LEASE


def test_a_worker_says_how_far_it_is_without_losing_the_slot() -> None:
    decision = decide(leased("PENDING"), state("PENDING", "Submitting"), None)

    assert lease_of(decision) == LEASE


@pytest.mark.parametrize("before", sorted(HOLDING))
@pytest.mark.parametrize("after", OTHERS)
def test_who_leaves_leaves_the_lease(before: str, after: str) -> None:
    decision = decide(leased(before), state(after), HELD)

    if decision.entered is not None:
        assert decision.entered.type not in HOLDING
        assert lease_of(decision) is None


def test_a_slot_that_was_lost_is_taken_again_as_the_run_begins() -> None:
    decision = decide(leased("PENDING"), state("RUNNING"), FREE)

    assert decision.status is Status.ACCEPT
    assert lease_of(decision) == NEW


def test_a_run_whose_slot_another_has_does_not_begin() -> None:
    decision = decide(leased("PENDING"), state("RUNNING"), FULL)

    assert decision.status is Status.REJECT
    assert decision.reason == "Deployment concurrency limit reached after lease expiry."
    assert decision.entered is not None
    assert decision.entered.type is StateType.CANCELLED
    assert decision.entered.message is not None
    assert decision.entered.message.startswith("Deployment concurrency slot lost")


def test_a_run_that_its_process_retries_keeps_the_slot() -> None:
    retrying = decide(leased("RUNNING"), state("FAILED"), HELD, run_count=1, policy={"retries": 1})
    assert retrying.entered is not None
    assert lease_of(retrying) == LEASE

    again = decide(retrying.entered, state("RUNNING"), None)

    assert lease_of(again) == LEASE


@pytest.mark.parametrize("slot", [None, FREE, FULL])
def test_a_late_run_waits_on(slot: Slot | None) -> None:
    decision = decide(state("SCHEDULED"), state("SCHEDULED", "Late"), slot)

    assert decision.status is Status.ACCEPT
    assert decision.entered is not None
    assert (decision.entered.type, decision.entered.name) == (StateType.SCHEDULED, "Late")


def test_a_late_run_is_cancelled_where_new_ones_are() -> None:
    slot = replace(FULL, cancel_new=True)

    decision = decide(state("SCHEDULED"), state("SCHEDULED", "Late"), slot)

    assert decision.entered is not None
    assert decision.entered.type is StateType.CANCELLED


slots = st.builds(
    Slot,
    limit=st.integers(0, 2),
    free=st.booleans(),
    held=st.booleans(),
    cancel_new=st.booleans(),
    lease_id=st.just(NEW),
)


@given(
    before=st.sampled_from([None, *StateType]),
    after=st.sampled_from([*StateType]),
    slot=st.none() | slots,
    has_lease=st.booleans(),
    force=st.booleans(),
)
def test_a_slot_is_taken_only_where_one_is_free(
    before: StateType | None, after: StateType, slot: Slot | None, has_lease: bool, force: bool
) -> None:
    current = None
    if before is not None:
        current = leased(before) if has_lease else state(before)
    decision = decide(current, state(after), slot, force=force)

    if decision.entered is not None and lease_of(decision) == NEW:
        assert slot is not None
        assert slot.free
        assert decision.entered.type in {StateType.PENDING, StateType.RUNNING}
