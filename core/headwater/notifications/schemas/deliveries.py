"""Deliveries as Headwater's own routes show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, field_validator

from headwater.criteria import Ids, Strings, Times
from headwater.notifications.schemas.states import DeliveryState
from headwater.shapes import Shape
from headwater.texts import Moment
from headwater.web.paging import Limited, Page


class DeliveryFilter(Shape):
    """All that are given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Strings | None = None
    channel_id: Ids | None = None
    policy_id: Ids | None = None
    flow_run_id: Ids | None = None
    created: Times | None = None

    @field_validator("state")
    @classmethod
    def _check_states(cls, states: Strings | None) -> Strings | None:
        # A misspelled one would look as if nothing was dead.
        for one in (states and states.any_) or ():
            if one not in set(DeliveryState):
                raise ValueError(f"{one!r} is none of {', '.join(DeliveryState)}")
        return states


class DeliveriesWanted(Page):
    deliveries: DeliveryFilter | None = None


class ResendWanted(Limited):
    """Which of the dead to send again; of them only those that were given up until then."""

    deliveries: DeliveryFilter | None = None
    until: Moment | None = None
    everyone: bool = False


class ResendOne(Shape):
    """*everyone*: those, too, of several whom the channel tells who were told already."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    everyone: bool = False


@dataclass(frozen=True)
class Resent:
    """*more* says that others are left; *until* is for the request that takes those."""

    resent: int
    more: bool
    until: datetime


@dataclass(frozen=True)
class TargetsShown:
    """How many of those whom a channel tells were *told*, how many never will be, by the service's
    word, and how many were *left* at the latest try."""

    told: int
    refused: int
    left: int


@dataclass(frozen=True)
class DeliveryShown:
    """*due* is when the next try is, for what is pending; *reason* why the latest one failed.
    *resent* is when a person last had it sent again, *digest_id* the delivery that tells it with
    others, *tells* how many news one does that tells several. *targets* is there where a channel
    tells several who were not all told at once.

    The names are as they were when it happened, but for the channel's: that is today's, and there
    is none once it is deleted.
    """

    id: UUID
    created: datetime
    policy_id: UUID
    flow_run_id: UUID
    flow_name: str | None
    flow_run_name: str | None
    state_name: str | None
    channel_id: UUID
    channel_name: str | None
    state: str
    due: datetime
    attempts: int
    reason: str | None
    resent: datetime | None
    digest_id: UUID | None
    tells: int | None
    targets: TargetsShown | None = None


@dataclass(frozen=True)
class AttemptShown:
    number: int
    started: datetime
    outcome: str
    duration: float | None  # seconds
    status: int | None
    response: str | None
    error: str | None


@dataclass(frozen=True)
class DeliveryInFull(DeliveryShown):
    tries: Sequence[AttemptShown] = ()
