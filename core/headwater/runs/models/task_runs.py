"""The tables of task runs and of their states."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base
from headwater.runs.models.states import Run, State

WAITING = "state_type = 'SCHEDULED'"


class TaskRun(Base, Run):
    __tablename__ = "task_run"

    flow_run_id: Mapped[UUID | None] = mapped_column(ForeignKey("flow_run.id", ondelete="CASCADE"))
    task_key: Mapped[str]
    dynamic_key: Mapped[str]
    task_version: Mapped[str | None]
    task_inputs: Mapped[dict[str, Any]]
    cache_key: Mapped[str | None]
    cache_expiration: Mapped[datetime | None]
    flow_run_run_count: Mapped[int]

    __table_args__ = (
        UniqueConstraint("flow_run_id", "task_key", "dynamic_key"),
        Index(None, "workspace_id", "expected_start_time", "id"),
        # What task workers wait for.
        Index(
            "ix_task_run_waiting",
            "task_key",
            "next_scheduled_start_time",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
    )


class TaskRunState(Base, State):
    __tablename__ = "task_run_state"

    task_run_id: Mapped[UUID] = mapped_column(ForeignKey("task_run.id", ondelete="CASCADE"))

    __table_args__ = (Index(None, "task_run_id", "timestamp"),)
