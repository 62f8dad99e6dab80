"""The table of task workers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Tenant


class TaskWorker(Base, Tenant):
    """An open socket of a task worker, and when it was last seen to be open."""

    __tablename__ = "task_worker"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[str]
    task_keys: Mapped[list[str]]
    seen: Mapped[datetime]
