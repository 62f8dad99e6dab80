"""The tables of flow runs and of their states."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base
from headwater.runs.models.states import Run, State


def _of_some(column: str) -> Index:
    """Index a column that most rows leave empty, by those that do not."""
    filled = text(f"{column} IS NOT NULL")
    return Index(None, column, sqlite_where=filled, postgresql_where=filled)


class FlowRun(Base, Run):
    __tablename__ = "flow_run"

    flow_id: Mapped[UUID] = mapped_column(ForeignKey("flow.id", ondelete="CASCADE"))
    flow_version: Mapped[str | None]
    # No foreign keys to deployments and queues: each insert would pay for them.
    deployment_id: Mapped[UUID | None]
    deployment_version: Mapped[str | None]
    work_queue_id: Mapped[UUID | None]
    work_queue_name: Mapped[str | None]
    parameters: Mapped[dict[str, Any]]
    context: Mapped[dict[str, Any]]
    job_variables: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None]
    # No foreign key: task runs point back at flow runs, and a circle cannot be migrated.
    parent_task_run_id: Mapped[UUID | None] = mapped_column(index=True)
    auto_scheduled: Mapped[bool]
    infrastructure_document_id: Mapped[UUID | None]
    infrastructure_pid: Mapped[str | None]
    created_by: Mapped[dict[str, Any] | None]

    __table_args__ = (
        UniqueConstraint("flow_id", "idempotency_key"),
        Index(None, "workspace_id", "expected_start_time", "id"),
        Index(None, "workspace_id", "state_type", "expected_start_time", "id"),
        Index(None, "flow_id", "expected_start_time"),
        _of_some("deployment_id"),
        _of_some("work_queue_id"),
    )


class FlowRunState(Base, State):
    __tablename__ = "flow_run_state"

    flow_run_id: Mapped[UUID] = mapped_column(ForeignKey("flow_run.id", ondelete="CASCADE"))

    __table_args__ = (Index(None, "flow_run_id", "timestamp"),)
