"""The table of states that later task runs may take over instead of running."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Tenant
from headwater.ids import uuid7


class CachedState(Base, Tenant):
    """A completed state under the key that its task computed."""

    __tablename__ = "task_run_state_cache"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created: Mapped[datetime]
    cache_key: Mapped[str]
    cache_expiration: Mapped[datetime | None]
    task_run_state_id: Mapped[UUID] = mapped_column(
        ForeignKey("task_run_state.id", ondelete="CASCADE"), index=True
    )

    __table_args__ = (Index(None, "workspace_id", "cache_key", "created"),)
