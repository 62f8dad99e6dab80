"""The tables of automations, of what each has to do with, and of what each did."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
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


class ActionState(StrEnum):
    """Where an action of a firing is. One that is claimed is PENDING, until its outcome is kept."""

    PENDING = "pending"
    EXECUTED = "executed"
    FAILED = "failed"


class AutomationFiring(Base, Tenant):
    """One firing of an automation, as the wire has it, with the automation as it was then.

    It outlives its automation. *event_id* is that of its `prefect.automation.triggered`.
    """

    __tablename__ = "automation_firing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    automation_id: Mapped[UUID]
    trigger_id: Mapped[UUID]
    triggered: Mapped[datetime]
    event_id: Mapped[UUID]
    firing: Mapped[dict[str, Any]]
    automation: Mapped[dict[str, Any]]

    __table_args__ = (
        Index(None, "workspace_id", "automation_id", "triggered"),
        Index(None, "triggered"),
    )


_PENDING = text("state = 'pending'")


class AutomationAction(Base, Tenant):
    """One action of a firing, and how it went. Its id is the wire's *invocation*.

    *number* is the wire's action_index; *claim* and *due* are as with deliveries: what is claimed
    is due again when its claim ends.
    """

    __tablename__ = "automation_action"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firing_id: Mapped[UUID] = mapped_column(
        ForeignKey("automation_firing.id", ondelete="CASCADE")
    )
    automation_id: Mapped[UUID]
    number: Mapped[int]
    on_trigger: Mapped[bool]
    action: Mapped[dict[str, Any]]
    state: Mapped[str]
    due: Mapped[datetime]
    claim: Mapped[UUID | None]
    attempts: Mapped[int]
    ended: Mapped[datetime | None]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any] | None]

    __table_args__ = (
        Index(None, "firing_id", "number"),
        Index(
            "ix_automation_action_due",
            "due",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
    )
