"""The rules of flow runs whose deployment has a concurrency limit.

A run takes a slot as somebody takes the run (PENDING), by a lease whose id its states carry, and
holds it until it leaves PENDING, RUNNING and CANCELLING, or waits in its process for a retry.
"""

from datetime import timedelta

from headwater.runs.rules.transitions import Abort, Answer, Change, Reject, Transition
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import State, StateDetails, StateType

_Transition = Transition[FlowRunPolicy]
_Answer = Answer[FlowRunPolicy] | None
HOLDING = frozenset({StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})
SLOT_WAIT = timedelta(seconds=30)  # the longest: a slot that comes free is told of before
AWAITING_SLOT = "AwaitingConcurrencySlot"
LATE = "Late"
FULL = "Deployment concurrency limit reached."
LOST = (
    "Deployment concurrency slot lost during provisioning - no slots available to continue"
    " execution"
)


def carry_the_lease(transition: _Transition) -> _Answer:
    """Workers propose states without the lease that the run has."""
    current, proposed = transition.current, transition.proposed
    if current is None or proposed.type not in HOLDING:
        return None
    lease = current.details.deployment_concurrency_lease_id
    if lease is None or proposed.details.deployment_concurrency_lease_id == lease:
        return None
    return Change(_under(proposed, lease))


def keep_the_slot(transition: _Transition) -> _Answer:
    """Let a run begin only if it has its slot yet: its lease may have ended as it was prepared."""
    current, proposed, slot = transition.current, transition.proposed, transition.run.slot
    if current is None or slot is None or slot.held:
        return None
    if (current.type, proposed.type) != (StateType.PENDING, StateType.RUNNING):
        return None
    if slot.free:
        return Change(_under(proposed, slot.lease_id))
    reason = "Deployment concurrency limit reached after lease expiry."
    return Reject(reason, _cancelled(proposed, LOST))


def take_a_slot(transition: _Transition) -> _Answer:
    current, proposed, run = transition.current, transition.proposed, transition.run
    if proposed.type is not StateType.PENDING or (current is not None and current.type in HOLDING):
        return None
    if run.deployment_is_gone:
        return Abort("Deployment not found.")
    slot = run.slot
    if slot is None:
        return None
    if slot.limit == 0:
        return Abort(
            "The deployment concurrency limit is 0. The flow will deadlock if submitted again."
        )
    if slot.free:
        return Change(_under(proposed, slot.lease_id))
    if slot.cancel_new:
        return Reject(FULL, _cancelled(proposed, FULL))
    waiting = proposed.but(
        type=StateType.SCHEDULED,
        name=AWAITING_SLOT,
        message=None,
        data=None,
        details=StateDetails(scheduled_time=transition.now + SLOT_WAIT),
    )
    return Reject(FULL, waiting)


def cancel_what_would_be_late(transition: _Transition) -> _Answer:
    """A run that is to be cancelled where there is no room need not wait for a worker to say so."""
    current, proposed, slot = transition.current, transition.proposed, transition.run.slot
    if current is None or current.type is not StateType.SCHEDULED or proposed.name != LATE:
        return None
    if proposed.type is not StateType.SCHEDULED or slot is None:
        return None
    if slot.free or not slot.cancel_new:
        return None
    return Reject(FULL, _cancelled(proposed, FULL))


def _under(proposed: State, lease: object) -> State:
    return proposed.but(details=proposed.details.but(deployment_concurrency_lease_id=lease))


def _cancelled(proposed: State, message: str) -> State:
    return proposed.but(
        type=StateType.CANCELLED,
        name="Cancelled",
        message=message,
        data=None,
        details=StateDetails(),
    )
