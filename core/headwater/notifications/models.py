"""Policies, and the outbox: what is to be said (notification), to whom (delivery), each try.

What was said is kept beyond its policy and its channel, so neither is a foreign key there.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant

# Written out in statements too: a bound value would not show the database that the index serves.
WAITING = text("state IN ('pending', 'sending')")
DEAD = text("state = 'dead'")
ANSWERED = "response IS NOT NULL"


class DeliveryState(StrEnum):
    PENDING = "pending"  # waits for its time, the first or a later one
    SENDING = "sending"  # claimed; due again when the claim runs out, as its holder died
    SENT = "sent"
    DEAD = "dead"  # given up; a person can have it sent again


class Outcome(StrEnum):
    """How an attempt ended; one that has not, or whose process died, is UNSEEN."""

    UNSEEN = "unseen"
    SENT = "sent"
    FAILED = "failed"
    LIMITED = "limited"  # the service had too many; no attempt of the schedule is used up
    REFUSED = "refused"  # trying again is no use


class FlowRunNotificationPolicy(Base, Entity, Tenant):
    __tablename__ = "flow_run_notification_policy"

    is_active: Mapped[bool]
    state_names: Mapped[list[str]]
    tags: Mapped[list[str]]
    block_document_id: Mapped[UUID] = mapped_column(
        ForeignKey("block_document.id", ondelete="CASCADE"), index=True
    )
    message_template: Mapped[str | None]

    __table_args__ = (Index(None, "workspace_id", "is_active"),)


class Notification(Base, Tenant):
    """Something that a policy asked to be told of."""

    __tablename__ = "notification"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created: Mapped[datetime]
    policy_id: Mapped[UUID]
    state_id: Mapped[UUID]
    flow_run_id: Mapped[UUID] = mapped_column(index=True)
    message_template: Mapped[str | None]  # as it was when this happened
    news: Mapped[Any]

    __table_args__ = (UniqueConstraint("policy_id", "state_id"),)


class Delivery(Base, Tenant):
    """A notification on its way over one channel. *claim* is whose it is while it is sending."""

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created: Mapped[datetime]
    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notification.id", ondelete="CASCADE"))
    channel_id: Mapped[UUID]  # a block document
    state: Mapped[str] = mapped_column(default=DeliveryState.PENDING)
    due: Mapped[datetime]
    claim: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)  # the attempts that the schedule counts
    reason: Mapped[str | None]  # of the latest failure
    resent: Mapped[datetime | None]  # when a person last had it sent again

    __table_args__ = (
        UniqueConstraint("notification_id", "channel_id"),
        Index(None, "channel_id", "created"),
        # What is over is most of the table, and never looked for by its time.
        Index(
            "ix_delivery_waiting",
            "due",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index(None, "workspace_id", "created"),
        # What people look for, and send again: few among many.
        Index(
            "ix_delivery_dead",
            "workspace_id",
            "created",
            sqlite_where=DEAD,
            postgresql_where=DEAD,
        ),
    )


class DeliveryAttempt(Base, Tenant):
    __tablename__ = "delivery_attempt"

    delivery_id: Mapped[UUID] = mapped_column(
        ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    started: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default=Outcome.UNSEEN)
    duration: Mapped[float | None]  # seconds
    status: Mapped[int | None]
    response: Mapped[str | None]
    error: Mapped[str | None]

    __table_args__ = (
        # Answers are kept for a shorter time than all else.
        Index(
            "ix_delivery_attempt_answered",
            "started",
            sqlite_where=text(ANSWERED),
            postgresql_where=text(ANSWERED),
        ),
    )


class ChannelPause(Base, Tenant):
    """A service said that a channel has sent too many: nothing goes over it until then."""

    __tablename__ = "channel_pause"

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)
