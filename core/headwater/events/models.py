"""The table of the event log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Position, Tenant
from headwater.events.schemas import HEARTBEAT

# In the words of the index: a query that repeats them may use it.
HEARTBEATS = f"event = '{HEARTBEAT}'"


class Event(Base, Tenant):
    """An event as it was received. Readers follow *position*, which grows."""

    __tablename__ = "event"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    occurred: Mapped[datetime]
    received: Mapped[datetime]
    event: Mapped[str]
    resource_id: Mapped[str]
    resource: Mapped[dict[str, Any]]
    related: Mapped[Any]
    payload: Mapped[Any]
    follows: Mapped[UUID | None]

    __table_args__ = (
        Index(None, "workspace_id", "occurred"),
        Index(None, "resource_id", "occurred"),
        # Those may be kept for less long than others.
        Index(
            "ix_event_heartbeats",
            "occurred",
            sqlite_where=text(HEARTBEATS),
            postgresql_where=text(HEARTBEATS),
        ),
        # Events are removed, and who follows them goes by positions that no later one has again.
        {"sqlite_autoincrement": True},
    )
