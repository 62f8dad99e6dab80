"""Every statement by which recoveries find what was told of their problem, and what was not."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, text, update
from sqlalchemy.orm import Session

from headwater.notifications.models import WAITING, Delivery
from headwater.notifications.rules.recoveries import Telling
from headwater.notifications.schemas.states import DeliveryState

_DELIVERY = Delivery.__table__
_OF_PROBLEM = (
    _DELIVERY.c.order_key == bindparam("key"),
    _DELIVERY.c.seq >= bindparam("since"),
    _DELIVERY.c.problem.is_(None),
)
_MERGE_UNSENT = (
    update(_DELIVERY)
    .where(*_OF_PROBLEM, _DELIVERY.c.state.in_([DeliveryState.PENDING, DeliveryState.HELD]))
    .values(state=DeliveryState.MERGED, reason=bindparam("why"))
)


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.max(case((condition, 1), else_=0)) == 1


_STATE = _DELIVERY.c.state
_TELLINGS = (
    select(
        _DELIVERY.c.channel_id,
        # What a digest tells is on its way, in the order of its group.
        _any(
            or_(
                _STATE.in_([DeliveryState.SENT, DeliveryState.SENDING]),
                _DELIVERY.c.told.is_not(None),  # to some, whatever became of the others
                _DELIVERY.c.digest_id.is_not(None),
            )
        ),
        _any(and_(_STATE == DeliveryState.MERGED, _DELIVERY.c.attempts > 0)),
        _any(_STATE == DeliveryState.DEAD),
        func.max(_DELIVERY.c.seq),
    )
    .where(*_OF_PROBLEM)
    .group_by(_DELIVERY.c.channel_id)
    .order_by(_DELIVERY.c.channel_id)
)
_BEHIND = (
    _DELIVERY.c.channel_id == bindparam("channel"),
    _DELIVERY.c.order_key == bindparam("key"),
    _DELIVERY.c.seq > bindparam("after"),
    _DELIVERY.c.problem.is_not(None),
    text(f"delivery.{WAITING.text}"),
)
_HAS_RECOVERY = select(_DELIVERY.c.id).where(*_BEHIND).limit(1)
_MARK_RECOVERY = update(_DELIVERY).where(*_BEHIND)
_MERGE_DELIVERY = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("delivery"), _DELIVERY.c.state == DeliveryState.PENDING)
    .values(state=DeliveryState.MERGED, reason=bindparam("why"))
)
_LAST_RECOVERY = select(func.max(_DELIVERY.c.seq)).where(
    _DELIVERY.c.channel_id == bindparam("channel"),
    _DELIVERY.c.order_key == bindparam("key"),
    _DELIVERY.c.seq < bindparam("before"),
    _DELIVERY.c.problem.is_not(None),
)


def merge_unsent(session: Session, key: UUID, since: int, reason: str) -> None:
    """Drop what is still to be told of the problem that began with *since*."""
    session.execute(_MERGE_UNSENT, {"key": key, "since": since, "why": reason})


def list_tellings(session: Session, key: UUID, since: int) -> list[tuple[Telling, int]]:
    """Return how the problem that began with *since* went over each channel, and its last `seq`."""
    rows = session.execute(_TELLINGS, {"key": key, "since": since})
    return [(Telling(channel, *map(bool, how)), latest) for channel, *how, latest in rows]


def has_recovery(session: Session, channel_id: UUID, key: UUID, after: int) -> bool:
    """Say if a recovery waits for what stands at *after*."""
    keys = {"channel": channel_id, "key": key, "after": after}
    return session.execute(_HAS_RECOVERY, keys).first() is not None


def mark_recovery(session: Session, channel_id: UUID, key: UUID, after: int, problem: str) -> None:
    """Keep for the recovery that waits how its problem went."""
    keys = {"channel": channel_id, "key": key, "after": after}
    session.execute(_MARK_RECOVERY.values(problem=problem), keys)


def find_last_recovery(session: Session, channel_id: UUID, key: UUID, before: int) -> int:
    """Return where the recovery before that stands, 0 if there is none."""
    keys = {"channel": channel_id, "key": key, "before": before}
    return session.scalar(_LAST_RECOVERY, keys) or 0


def merge_delivery(session: Session, delivery_id: UUID, reason: str) -> None:
    """Drop what waits for its next try."""
    session.execute(_MERGE_DELIVERY, {"delivery": delivery_id, "why": reason})
