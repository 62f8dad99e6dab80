"""Policies, and the outbox: what is to be said (notification), to whom (delivery), each try.

What was said is kept beyond its policy and its channel, so neither is a foreign key there.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    TextClause,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant
from headwater.notifications.schemas.drafts import PATIENCE
from headwater.notifications.schemas.states import DeliveryState
from headwater.notifications.schemas.templates import Templating

# Written out in statements too: a bound value would not show the database that the index serves.
WAITING = text("state IN ('pending', 'sending')")
DEAD = text("state IN ('dead', 'partly')")  # as metrics and those who send again see it
ANSWERED = "response IS NOT NULL"
HELD = text("state = 'held'")
IMPATIENT = text("fall_back IS NOT NULL AND state = 'pending'")
_KEYED = text("order_key IS NOT NULL")
_KEYED_WAITING = text("order_key IS NOT NULL AND state IN ('pending', 'sending')")
_RECOVERY_WAITING = text("problem IS NOT NULL AND state IN ('pending', 'sending')")


def _index_some(name: str, *columns: str, where: TextClause) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Outcome(StrEnum):
    """How an attempt ended; one that has not, or whose process died, is UNSEEN."""

    UNSEEN = "unseen"
    SENT = "sent"
    PARTLY = "partly"  # to some of those whom the channel tells
    FAILED = "failed"
    LIMITED = "limited"  # the service had too many; no attempt of the schedule is used up
    REFUSED = "refused"  # trying again is no use
    DROPPED = "dropped"  # there was nothing left to tell, and nothing was sent


class Problem(StrEnum):
    """How the problem went over a channel that a recovery goes over."""

    TOLD = "told"
    UNSURE = "unsure"  # tried, without an answer that says so
    LOST = "lost"  # given up
    UNTRIED = "untried"  # over before it was told: nor is the recovery


class FlowRunNotificationPolicy(Base, Entity, Tenant):
    """Without states, tags, flows, deployments or pools it wants those of any.

    A channel that is deleted is taken out by a trigger: of *block_document_id*, the first of
    *more_channel_ids* takes the place, else the first of *fallback_channel_ids*.
    """

    __tablename__ = "flow_run_notification_policy"

    is_active: Mapped[bool]
    state_names: Mapped[list[str]]
    tags: Mapped[list[str]]
    block_document_id: Mapped[UUID] = mapped_column(
        ForeignKey("block_document.id", ondelete="CASCADE"), index=True
    )
    message_template: Mapped[str | None]
    name: Mapped[str] = mapped_column(server_default="", default="")
    match_all_tags: Mapped[bool] = mapped_column(server_default=false(), default=False)
    flow_ids: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    deployment_ids: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    work_pool_ids: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    more_channel_ids: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    fallback_channel_ids: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    fallback_after: Mapped[float] = mapped_column(server_default="300", default=PATIENCE)
    recovery: Mapped[bool] = mapped_column(server_default=false(), default=False)
    templating: Mapped[str] = mapped_column(
        server_default=Templating.PLAIN, default=Templating.PLAIN
    )
    title_template: Mapped[str | None]

    grouping: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    quiet_hours: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (Index(None, "workspace_id", "is_active"),)


class OpenProblem(Base, Tenant):
    """A policy with recoveries told of a problem of a flow or deployment, and it goes on."""

    __tablename__ = "open_problem"

    policy_id: Mapped[UUID] = mapped_column(
        ForeignKey("flow_run_notification_policy.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)  # of the flow or the deployment
    opened: Mapped[datetime]
    since: Mapped[int] = mapped_column(BigInteger)  # the `seq` of the first delivery
    group_id: Mapped[UUID | None]  # where it was told with others
    notification_id: Mapped[UUID | None]  # the first of it


class NewsGroup(Base, Tenant):
    """News of a policy that are told together. It outlives the policy, for what it holds."""

    __tablename__ = "news_group"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    policy_id: Mapped[UUID] = mapped_column(index=True)
    label: Mapped[str]
    due: Mapped[datetime | None] = mapped_column(index=True)  # when it is looked at
    told: Mapped[datetime | None]
    not_before: Mapped[datetime | None]  # nothing of it is told until then


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
    templating: Mapped[str] = mapped_column(
        server_default=Templating.PLAIN, default=Templating.PLAIN
    )
    title_template: Mapped[str | None]
    # One after the other, where a channel gives up: as they were, too.
    fallback_channel_ids: Mapped[list[str]] = mapped_column(server_default="[]", default=list)

    __table_args__ = (UniqueConstraint("policy_id", "state_id"),)


class Delivery(Base, Tenant):
    """A notification on its way over one channel. *claim* is whose it is while it is sending.

    Over a channel that rests beyond *fall_back* it does not wait: the next fallback is told.

    Of one *order_key* and channel, a recovery (which has *problem*) waits for all with a lower
    *seq*, and all with a higher one wait for it.
    """

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
    resent: Mapped[datetime | None]  # when a person last had it sent again
    reason: Mapped[str | None]  # of the latest failure, or why it was not sent at all
    order_key: Mapped[UUID | None]
    seq: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    problem: Mapped[str | None]
    note: Mapped[str | None]  # said at the end of the message
    group_id: Mapped[UUID | None]
    digest_id: Mapped[UUID | None]  # the delivery that tells it with others
    fall_back: Mapped[datetime | None]  # None: there is no other channel
    # Both of channels that tell several, as in `rules.standing`: None where all were told at once.
    told: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    untold: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (
        _index_some("ix_delivery_told", "order_key", "seq", where=_KEYED),
        _index_some("ix_delivery_order", "channel_id", "order_key", "seq", where=_KEYED_WAITING),
        _index_some(
            "ix_delivery_recovery", "channel_id", "order_key", "seq", where=_RECOVERY_WAITING
        ),
        _index_some("ix_delivery_held", "group_id", where=HELD),
        _index_some("ix_delivery_fall_back", "channel_id", "fall_back", where=IMPATIENT),
        UniqueConstraint("notification_id", "channel_id"),
        Index(None, "channel_id", "created"),
        # What is over is most of the table, and never looked for by its time.
        _index_some("ix_delivery_waiting", "due", where=WAITING),
        _index_some("ix_delivery_next", "channel_id", "due", "created", "id", where=WAITING),
        Index(None, "workspace_id", "created"),
        # What people look for, and send again: few among many.
        _index_some("ix_delivery_dead", "workspace_id", "created", where=DEAD),
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
        _index_some("ix_delivery_attempt_answered", "started", where=text(ANSWERED)),
    )


class ChannelPause(Base, Tenant):
    """Nothing goes over a channel until then: it was *refused*, or it keeps to its quotas."""

    __tablename__ = "channel_pause"

    channel_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)
    refused: Mapped[bool] = mapped_column(server_default=false(), default=False)


class ChannelHealth(Base, Tenant):
    """How a channel does, once there is something to keep: see `rules.health.Health`.

    *meter* is how fast messages may go over it, as its kind said when it was last opened: the key
    of each bucket, its tokens a second, and the most that it holds. *probe_until* is whose try,
    until then, decides whether more follow.
    """

    __tablename__ = "channel_health"

    channel_id: Mapped[UUID] = mapped_column(
        ForeignKey("block_document.id", ondelete="CASCADE"), primary_key=True
    )
    last_success: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    denied: Mapped[int] = mapped_column(default=0)
    denied_since: Mapped[datetime | None]
    reason: Mapped[str | None]
    recent: Mapped[Any] = mapped_column(nullable=False)
    opens: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None]
    probe_until: Mapped[datetime | None]
    disabled: Mapped[datetime | None]
    off: Mapped[datetime | None]
    told: Mapped[str | None]
    told_at: Mapped[datetime | None]
    meter: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (
        # What pages say on top: mostly nothing.
        _index_some("ix_channel_health_told", "workspace_id", where=text("told IS NOT NULL")),
    )


class RateBucket(Base, Tenant):
    """How many messages may go at once, by one of the quotas of an account or a channel."""

    __tablename__ = "rate_bucket"

    key: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    at: Mapped[datetime]
