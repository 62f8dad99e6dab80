"""The tables of work pools and queues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class WorkPool(Base, Entity, Tenant):
    __tablename__ = "work_pool"

    name: Mapped[str]
    description: Mapped[str | None]
    type: Mapped[str]
    base_job_template: Mapped[dict[str, Any]]
    is_paused: Mapped[bool]
    status: Mapped[str | None]
    concurrency_limit: Mapped[int | None]
    # No foreign key: queues point back at their pool, and a circle cannot be migrated.
    default_queue_id: Mapped[UUID | None]
    storage_configuration: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)


class WorkQueue(Base, Entity, Tenant):
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
