"""The table of work queues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class WorkQueue(Base, Entity, Tenant):
    """A queue of a pool. The lower its *priority*, the earlier its runs are handed out."""

    __tablename__ = "work_queue"

    work_pool_id: Mapped[UUID] = mapped_column(ForeignKey("work_pool.id", ondelete="CASCADE"))
    name: Mapped[str]
    description: Mapped[str | None]
    is_paused: Mapped[bool]
    concurrency_limit: Mapped[int | None]
    priority: Mapped[int]
    last_polled: Mapped[datetime | None]
    status: Mapped[str]
    filter: Mapped[dict[str, Any] | None]

    __table_args__ = (UniqueConstraint("work_pool_id", "name"),)
