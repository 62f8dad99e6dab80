"""What follows where a delivery fails: its recovery takes its place, or another channel does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.notifications.outbox import make_delivery
from headwater.notifications.queries import outbox, resting
from headwater.notifications.queries import recoveries as queries
from headwater.notifications.rules import recoveries
from headwater.notifications.rules.timing import Placed
from headwater.notifications.schemas.states import DeliveryState

LONGEST_REASON = 500  # characters of it, in the message of another channel
UNREACHED = "could not be reached"


class Failed(Protocol):
    """A delivery that failed."""

    @property
    def delivery_id(self) -> UUID: ...
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def channel_id(self) -> UUID: ...
    @property
    def notification_id(self) -> UUID: ...
    @property
    def fallbacks(self) -> Sequence[UUID]: ...
    @property
    def group_id(self) -> UUID | None: ...
    @property
    def order_key(self) -> UUID | None: ...
    @property
    def seq(self) -> int: ...
    @property
    def problem(self) -> str | None: ...


def follow_failure(
    session: Session, failed: Failed, reason: str, state: DeliveryState, *, now: datetime
) -> None:
    """Do what follows from a failure, after which the delivery is in *state*.

    A problem that is over meanwhile is told no more. What is given up is told over the next of the
    fallback channels, with a line that says why.
    """
    if _give_way_to_recovery(session, failed, state):
        return
    if state in (DeliveryState.DEAD, DeliveryState.PARTLY) and failed.fallbacks:
        what = "could not tell all" if state == DeliveryState.PARTLY else UNREACHED
        tell_next(session, failed, reason, what=what, now=now)


def _give_way_to_recovery(session: Session, failed: Failed, state: DeliveryState) -> bool:
    """Say if a recovery waits behind the problem: it is told how that went, and it goes next."""
    key, channel = failed.order_key, failed.channel_id
    if key is None or failed.problem is not None:
        return False
    if not queries.has_recovery(session, channel, key, failed.seq):
        return False
    if state == DeliveryState.PENDING:
        queries.merge_delivery(session, failed.delivery_id, recoveries.OVER)
    since = queries.find_last_recovery(session, channel, key, failed.seq)
    for telling, _latest in queries.list_tellings(session, key, since + 1):
        if telling.channel_id == channel:
            problem = recoveries.judge(telling)
            queries.mark_recovery(session, channel, key, failed.seq, problem)
    return True


def tell_next(
    session: Session, failed: Failed, reason: str, *, what: str = UNREACHED, now: datetime
) -> None:
    """Tell the next of the fallback channels, and why; after the last, those that rest tell it."""
    chain = failed.fallbacks
    place_in_chain = chain.index(failed.channel_id) + 1 if failed.channel_id in chain else 0
    if place_in_chain == len(chain):
        resting.take_back(session, failed.notification_id, now)
        return
    name = outbox.find_channel_name(session, failed.workspace_id, failed.channel_id)
    ill = f"the channel {name}" if name else "a channel that was deleted"
    notification = {"id": failed.notification_id, "workspace_id": failed.workspace_id}
    is_last = place_in_chain + 1 == len(chain)
    patience = None if is_last else outbox.find_patience(session, failed.notification_id)
    at_once = Placed(DeliveryState.PENDING, now)
    row = make_delivery(notification, chain[place_in_chain], at_once, now, patience=patience)
    row |= {"order_key": failed.order_key, "seq": failed.seq, "problem": failed.problem}
    row["group_id"] = failed.group_id
    row["note"] = f"(Told here since {ill} {what}: {reason[:LONGEST_REASON]})"
    outbox.add_delivery(session, row)
