"""The table of log lines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Position, Tenant


class Log(Base, Tenant):
    """A line that a run logged. No foreign keys: lines come before, and outlive, their run."""

    __tablename__ = "log"

    # Not the id: a key that grows costs a third of one that does not.
    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    id: Mapped[UUID]
    created: Mapped[datetime]
    name: Mapped[str]
    level: Mapped[int]
    message: Mapped[str]
    timestamp: Mapped[datetime]
    flow_run_id: Mapped[UUID | None]
    task_run_id: Mapped[UUID | None]

    # Lines are deleted, and who follows them goes by positions that no later line has again.
    __table_args__ = (Index(None, "flow_run_id", "timestamp"), {"sqlite_autoincrement": True})
