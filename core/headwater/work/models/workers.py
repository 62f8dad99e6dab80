"""The table of workers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class Worker(Base, Entity, Tenant):
    """A process that asks a pool for runs, as of its last heartbeat."""

    __tablename__ = "worker"

    work_pool_id: Mapped[UUID] = mapped_column(ForeignKey("work_pool.id", ondelete="CASCADE"))
    name: Mapped[str]
    last_heartbeat_time: Mapped[datetime]
    heartbeat_interval_seconds: Mapped[int | None]
    status: Mapped[str]

    __table_args__ = (UniqueConstraint("work_pool_id", "name"),)
