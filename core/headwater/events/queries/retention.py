"""Statements that find and remove events that are old, in all workspaces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Select, bindparam, delete, literal_column, select
from sqlalchemy.orm import Session

from headwater.access.models import Workspace
from headwater.events.models import HEARTBEATS, Event

_event = Event.__table__
_position: Select[Any] = select(_event.c.position)
_old = _event.c.occurred < bindparam("before")
_workspaces = select(Workspace.__table__.c.id).scalar_subquery()
_OLD = _position.where(_event.c.workspace_id.in_(_workspaces), _old).limit(bindparam("most"))
_OLD_HEARTBEATS = _position.where(literal_column(f"event.{HEARTBEATS}", Boolean), _old).limit(
    bindparam("most")
)
_DELETE = delete(_event).where(_event.c.position.in_(bindparam("positions", expanding=True)))


def list_old_events(session: Session, before: datetime, most: int) -> Sequence[int]:
    """Return the positions of events that occurred before then."""
    return session.execute(_OLD, {"before": before, "most": most}).scalars().all()


def list_old_heartbeats(session: Session, before: datetime, most: int) -> Sequence[int]:
    """Return the positions of heartbeats of flow runs from before then."""
    return session.execute(_OLD_HEARTBEATS, {"before": before, "most": most}).scalars().all()


def delete_events(session: Session, positions: Sequence[int]) -> None:
    session.execute(_DELETE, {"positions": list(positions)})
