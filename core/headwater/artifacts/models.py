"""The tables of artifacts, and of the keys that some are known by."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from headwater.db.base import Base, Entity, Tenant


class Artifact(Base, Entity, Tenant):
    """What a run showed. It outlives its run, so it refers to none by a foreign key."""

    __tablename__ = "artifact"

    key: Mapped[str | None]
    type: Mapped[str | None]
    description: Mapped[str | None]
    data: Mapped[Any | None]
    metadata_: Mapped[dict[str, Any] | None]
    flow_run_id: Mapped[UUID | None]
    task_run_id: Mapped[UUID | None]

    __table_args__ = (
        Index(None, "workspace_id", "key", "created"),
        Index(None, "flow_run_id"),
        Index(None, "task_run_id"),
    )


class ArtifactCollection(Base, Entity, Tenant):
    """A key, and the artifact that had it last. What it shows beside is that artifact's."""

    __tablename__ = "artifact_collection"

    key: Mapped[str]
    latest_id: Mapped[UUID]

    __table_args__ = (UniqueConstraint("workspace_id", "key"), Index(None, "latest_id"))
