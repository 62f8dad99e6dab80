"""The table of task runs that were handed to task workers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base


class TaskClaim(Base):
    """Who was given a task run in that state of it, and until when nobody else is."""

    __tablename__ = "task_claim"

    task_run_id: Mapped[UUID] = mapped_column(
        ForeignKey("task_run.id", ondelete="CASCADE"), primary_key=True
    )
    state_id: Mapped[UUID]
    holder: Mapped[UUID]
    expires: Mapped[datetime]
