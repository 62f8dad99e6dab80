"""Statements of the pages of events: one event, what follows it, how many there were over time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, text
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.db.moments import SECOND, microseconds, to_microseconds
from headwater.errors import NotFoundError
from headwater.events.models import Event
from headwater.events.queries.reading import SHOWN

_event = Event.__table__
_SHOWN = [_event.c[name] for name in SHOWN]
_mine = _event.c.workspace_id == bindparam("workspace")
_EVENT = select(*_SHOWN).where(_event.c.id == bindparam("this"), _mine)
# Bounded by time, which has an index: what an event follows has none.
_FOLLOWERS = (
    select(*_SHOWN)
    .where(
        _mine,
        _event.c.occurred >= bindparam("since"),
        _event.c.occurred <= bindparam("until"),
        _event.c.follows == bindparam("this"),
    )
    .order_by(_event.c.occurred, _event.c.position)
    .limit(bindparam("most"))
)


def get_event(session: Session, workspace: UUID, event_id: UUID) -> Row[Any]:
    row = session.execute(_EVENT, {"workspace": workspace, "this": event_id}).first()
    if row is None:
        raise NotFoundError("Event not found")
    return row


def list_followers(
    session: Session, workspace: UUID, event_id: UUID, since: datetime, until: datetime, most: int
) -> Sequence[Row[Any]]:
    """Return the first events that say that they follow one, of those that occurred in a time."""
    values = {"workspace": workspace, "this": event_id, "since": since, "until": until}
    return session.execute(_FOLLOWERS, values | {"most": most}).all()


def count_by_interval(
    session: Session, condition: Condition, begin: datetime, seconds: int
) -> dict[int, int]:
    """Return how many events there are by the number of their interval, from *begin* on.

    The condition has both ends of the time; intervals without events are left out.
    """
    since = microseconds(_event.c.occurred) - to_microseconds(begin)
    statement = (
        select((since // (seconds * SECOND)).label("number"), func.count().label("events"))
        .where(condition)
        .group_by(text("number"))
    )
    return {row.number: row.events for row in session.execute(statement)}
