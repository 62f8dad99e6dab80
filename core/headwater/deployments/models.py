"""The tables of deployments and of their schedules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from headwater.concurrency.models import ConcurrencyLimit
from headwater.db.base import Base, Entity, FastUuid, Tenant
from headwater.work.models import WorkQueue


class Deployment(Base, Entity, Tenant):
    __tablename__ = "deployment"

    # Its type by name: the table of flows, which would tell it, is not there yet.
    flow_id: Mapped[UUID] = mapped_column(FastUuid, ForeignKey("flow.id", ondelete="CASCADE"))
    name: Mapped[str]
    version: Mapped[str | None]
    description: Mapped[str | None]
    paused: Mapped[bool]
    status: Mapped[str]
    last_polled: Mapped[datetime | None]
    tags: Mapped[list[str]]
    labels: Mapped[dict[str, Any]]
    parameters: Mapped[dict[str, Any]]
    parameter_openapi_schema: Mapped[dict[str, Any] | None]
    enforce_parameter_schema: Mapped[bool]
    job_variables: Mapped[dict[str, Any]]
    pull_steps: Mapped[Any | None]
    path: Mapped[str | None]
    entrypoint: Mapped[str | None]
    manifest_path: Mapped[str | None]
    storage_document_id: Mapped[UUID | None]
    infrastructure_document_id: Mapped[UUID | None]
    work_queue_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(WorkQueue.id, ondelete="SET NULL"), index=True
    )
    work_queue_name: Mapped[str | None]
    concurrency_limit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(ConcurrencyLimit.id, ondelete="SET NULL")
    )
    concurrency_options: Mapped[dict[str, Any] | None]
    created_by: Mapped[dict[str, Any] | None]
    updated_by: Mapped[dict[str, Any] | None]

    __table_args__ = (UniqueConstraint("flow_id", "name"),)


class DeploymentSchedule(Base, Entity, Tenant):
    """*plan_at* is when the scheduler is to make runs of it, None: never again as it is now."""

    __tablename__ = "deployment_schedule"

    deployment_id: Mapped[UUID] = mapped_column(ForeignKey(Deployment.id, ondelete="CASCADE"))
    schedule: Mapped[dict[str, Any]]
    active: Mapped[bool]
    parameters: Mapped[dict[str, Any]]
    slug: Mapped[str | None]
    max_scheduled_runs: Mapped[int | None]
    max_active_runs: Mapped[int | None]
    catchup: Mapped[bool]
    late_runs: Mapped[str] = mapped_column(server_default="all", default="all")
    late_runs_max_seconds: Mapped[float | None]
    plan_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("deployment_id", "slug"),
        Index(
            None,
            "plan_at",
            sqlite_where=text("plan_at IS NOT NULL"),
            postgresql_where=text("plan_at IS NOT NULL"),
        ),
    )
