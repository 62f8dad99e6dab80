"""The table of work pools."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from headwater.db.base import Base, Entity, Tenant


class WorkPool(Base, Entity, Tenant):
    __tablename__ = "work_pool"

    name: Mapped[str]
    description: Mapped[str | None]
    type: Mapped[str]
    base_job_template: Mapped[dict[str, Any]]
    is_paused: Mapped[bool]
    status: Mapped[str | None]
    # The event that told of the status, for the next one to follow.
    status_event_id: Mapped[UUID | None]
    status_changed: Mapped[datetime | None]
    concurrency_limit: Mapped[int | None]
    # No foreign key: queues point back at their pool, and a circle cannot be migrated.
    default_queue_id: Mapped[UUID | None]
    storage_configuration: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
