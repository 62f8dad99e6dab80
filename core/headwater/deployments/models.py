"""The table of deployments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.concurrency.models import ConcurrencyLimit
from headwater.db.base import Base, Entity, Tenant
from headwater.work.models import WorkQueue


class Deployment(Base, Entity, Tenant):
    __tablename__ = "deployment"

    flow_id: Mapped[UUID] = mapped_column(ForeignKey("flow.id", ondelete="CASCADE"))
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
