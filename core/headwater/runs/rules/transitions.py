"""What a rule is given, what it may answer, and how the answers of a list of rules add up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from headwater.runs.schemas.policies import FlowRunPolicy, TaskRunPolicy
from headwater.runs.schemas.states import State

PolicyKind = TypeVar("PolicyKind", FlowRunPolicy, TaskRunPolicy)


@dataclass(frozen=True)
class TagLimit:
    """How many task runs with a tag may run, and how many do: each for *occupancy* seconds."""

    tag: str
    limit: int
    running: int
    occupancy: float


@dataclass(frozen=True)
class Slot:
    """What a flow run may have of its deployment's concurrency limit.

    *free* says that there is room for one more, *held* that the run's lease lives, *lease_id* is
    what a new lease would be called.
    """

    limit: int
    free: bool
    held: bool
    cancel_new: bool
    lease_id: UUID


@dataclass(frozen=True)
class Run(Generic[PolicyKind]):
    """What rules may know of the run. Times and names are none of their business."""

    policy: PolicyKind
    run_count: int = 0
    deployment_id: UUID | None = None
    parent_task_run_id: UUID | None = None
    infrastructure_pid: str | None = None
    in_queue: bool = False  # handed out to workers
    skip_at: datetime | None = None  # where it waits for the time of its schedule
    # Of flow runs: None where no limit is to be looked at.
    slot: Slot | None = None
    deployment_is_gone: bool = False
    # Of task runs: how often their flow run had started when they last did, and has by now.
    flow_run_run_count: int = 0
    flow_run_starts: int = 0
    flow_run_state: State | None = None
    in_flow_run: bool = False
    # Of task runs: the state under the key that they propose, and the limits of their tags.
    cached: State | None = None
    limits: tuple[TagLimit, ...] = ()


@dataclass(frozen=True)
class Transition(Generic[PolicyKind]):
    """*current* is None for a run that has no state yet. *chance*, in [0, 1), is for jitter.

    *client* is the release of the client that proposes, None: whoever speaks the latest contract.
    """

    run: Run[PolicyKind]
    current: State | None
    proposed: State
    now: datetime
    chance: float = 0.0
    client: tuple[int, ...] | None = None

    @property
    def of_major_two(self) -> bool:
        """Say if a client of the older major proposes, who expects the older rules."""
        return self.client is not None and self.client < (3,)

    def but(self, **changes: Any) -> "Transition[PolicyKind]":
        return replace(self, **changes)


@dataclass(frozen=True)
class Change(Generic[PolicyKind]):
    """The transition goes on, with what is not None in place of what was."""

    state: State | None = None
    policy: PolicyKind | None = None
    run_count: int | None = None
    flow_run_run_count: int | None = None


@dataclass(frozen=True)
class Reject(Generic[PolicyKind]):
    """The run enters *state* instead of the proposed one; None: it stays where it is."""

    reason: str
    state: State | None = None
    policy: PolicyKind | None = None


@dataclass(frozen=True)
class Wait:
    """Nothing happens; the client asks again after *delay_seconds*."""

    reason: str
    delay_seconds: int


@dataclass(frozen=True)
class Abort:
    """Nothing happens, and the client gives up."""

    reason: str


Answer = Change[PolicyKind] | Reject[PolicyKind] | Wait | Abort
Rule = Callable[[Transition[PolicyKind]], Answer[PolicyKind] | None]


class Status(StrEnum):
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    WAIT = "WAIT"
    ABORT = "ABORT"


@dataclass(frozen=True)
class Decision(Generic[PolicyKind]):
    """*entered* is the state that the run is to enter, None when it stays; *run* is it by then."""

    status: Status
    run: Run[PolicyKind]
    entered: State | None = None
    reason: str | None = None
    delay_seconds: int | None = None


def decide(
    transition: Transition[PolicyKind], policy: Sequence[Rule[PolicyKind]]
) -> Decision[PolicyKind]:
    """Ask each rule in turn; a later one sees what an earlier one made of the proposal.

    A rejection ends that, whether or not it names a state to enter instead: as the clients' own
    server has it, other rules are not for that state.
    """
    before = transition.run
    for rule in policy:
        match rule(transition):
            case None:
                continue
            case Wait() as answer:
                delay = answer.delay_seconds
                return Decision(Status.WAIT, before, reason=answer.reason, delay_seconds=delay)
            case Abort() as answer:
                return Decision(Status.ABORT, before, reason=answer.reason)
            case Reject(state=None) as answer:
                return Decision(Status.REJECT, before, reason=answer.reason)
            case Reject() as answer:
                changed = _changed(transition, answer.state, answer.policy)
                return Decision(Status.REJECT, changed.run, changed.proposed, answer.reason)
            case Change() as answer:
                counts = {"run_count": answer.run_count}
                counts["flow_run_run_count"] = answer.flow_run_run_count
                transition = _changed(transition, answer.state, answer.policy, **counts)
    return Decision(Status.ACCEPT, transition.run, transition.proposed)


def _changed(
    transition: Transition[PolicyKind],
    state: State | None,
    policy: PolicyKind | None,
    **counts: int | None,
) -> Transition[PolicyKind]:
    changes: dict[str, Any] = {"policy": policy} | counts
    run = replace(transition.run, **{k: v for k, v in changes.items() if v is not None})
    return transition.but(run=run, proposed=state or transition.proposed)
