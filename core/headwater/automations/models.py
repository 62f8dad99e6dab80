"""The tables of automations, of what each has to do with, what its triggers know, what it did."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Position, Tenant


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


class AutomationReader(Base):
    """How far triggers have read the event log. *turn* counts how often that was written down:
    whoever finds another has been overtaken, and writes nothing. *missing* are the positions
    before it that may yet come, each with the time since when."""

    __tablename__ = "automation_reader"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Position)
    turn: Mapped[int] = mapped_column(Position)
    missing: Mapped[Any]


class AutomationMemory(Base, Tenant):
    """What a trigger knows of the events of one key. Written by who evaluates triggers alone, so
    it refers to no automation: what is of none any more is removed there, too."""

    __tablename__ = "automation_memory"

    trigger_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    automation_id: Mapped[UUID]
    state: Mapped[dict[str, Any]]
    due: Mapped[datetime | None]

    __table_args__ = (Index(None, "due"),)


class AutomationWaiting(Base, Tenant):
    """An event that waits for the one that it follows, until some time."""

    __tablename__ = "automation_waiting"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID]
    leader: Mapped[UUID]
    until: Mapped[datetime]

    __table_args__ = (Index(None, "leader"), Index(None, "until"))


class ActionState(StrEnum):
    """Where an action of a firing is. One that is claimed is PENDING, until its outcome is kept."""

    PENDING = "pending"
    EXECUTED = "executed"
    FAILED = "failed"


class AutomationFiring(Base, Tenant):
    """One firing of an automation, as the wire has it, with the automation as it was then.

    It outlives its automation. *event_id* is that of its `prefect.automation.triggered`, or
    `.resolved` where it tells that a metric is no longer beyond its threshold.
    """

    __tablename__ = "automation_firing"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    automation_id: Mapped[UUID]
    trigger_id: Mapped[UUID]
    triggered: Mapped[datetime]
    event_id: Mapped[UUID]
    firing: Mapped[dict[str, Any]]
    automation: Mapped[dict[str, Any]]
    resolved: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        Index(
            "ix_automation_firing_of_automation",
            *("workspace_id", "automation_id", "triggered", "resolved"),
        ),
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
    firing_id: Mapped[UUID] = mapped_column(ForeignKey("automation_firing.id", ondelete="CASCADE"))
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
