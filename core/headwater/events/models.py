"""The tables of the event log, and of what finds the events of a resource in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, text
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


class EventBlock(Base):
    """A part of the log that is indexed: `BLOCK` positions, from *number* times that on, of events
    that occurred from *since* until *until*."""

    __tablename__ = "event_block"

    number: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    until: Mapped[datetime]


class EventResource(Base, Tenant):
    """Which events of a block are *about* a resource, and to which it is *related*: lists of their
    positions, counted from the block's first. Some may be gone from the log."""

    __tablename__ = "event_resource"

    resource_id: Mapped[str]
    block: Mapped[int] = mapped_column(Position)
    about: Mapped[Any]
    related: Mapped[Any]

    __table_args__ = (
        PrimaryKeyConstraint("block", "workspace_id", "resource_id"),
        # By the bytes of an id, so that its beginning is looked for by the index, too.
        Index(
            None,
            "workspace_id",
            "resource_id",
            "block",
            postgresql_ops={"resource_id": "text_pattern_ops"},
        ),
        {"sqlite_with_rowid": False},
    )
