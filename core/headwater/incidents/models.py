"""The table of incidents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from headwater.db.base import Base, Entity, Tenant


class Incident(Base, Entity, Tenant):
    """*related* are the resources that it is about; it is open until it was *closed*."""

    __tablename__ = "incident"

    title: Mapped[str]
    description: Mapped[str]
    severity: Mapped[str]
    automation_id: Mapped[UUID | None]
    related: Mapped[Any]
    closed: Mapped[datetime | None]
    note: Mapped[str | None]

    __table_args__ = (Index(None, "workspace_id", "created"),)
