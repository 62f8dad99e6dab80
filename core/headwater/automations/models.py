"""The tables of automations, and of what each has to do with."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class Automation(Base, Entity, Tenant):
    """A trigger, and what to do when it fires."""

    __tablename__ = "automation"

    name: Mapped[str]
    description: Mapped[str]
    enabled: Mapped[bool]
    tags: Mapped[list[str]]
    trigger: Mapped[dict[str, Any]]
    actions: Mapped[Any]
    actions_on_trigger: Mapped[Any]
    actions_on_resolve: Mapped[Any]

    __table_args__ = (Index(None, "workspace_id", "name"),)


class AutomationRelatedResource(Base, Tenant):
    """A resource that owns an automation, or that its actions are about."""

    __tablename__ = "automation_related_resource"

    automation_id: Mapped[UUID] = mapped_column(
        ForeignKey("automation.id", ondelete="CASCADE"), primary_key=True
    )
    resource_id: Mapped[str] = mapped_column(primary_key=True)
    owns: Mapped[bool]

    __table_args__ = (Index(None, "workspace_id", "resource_id"),)
