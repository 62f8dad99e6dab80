"""Deliveries as Headwater's own routes show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from headwater.criteria import Some
from headwater.shapes import Shape
from headwater.texts import ChosenString
from headwater.web.paging import Page


class AnyState(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    any_: Some[ChosenString] | None = None


class AnyId(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    any_: Some[UUID] | None = None


class DeliveryFilter(Shape):
    """All that are given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: AnyState | None = None
    channel_id: AnyId | None = None
    policy_id: AnyId | None = None
    flow_run_id: AnyId | None = None


class DeliveriesWanted(Page):
    deliveries: DeliveryFilter | None = None


@dataclass(frozen=True)
class DeliveryShown:
    """*due* is when the next try is, for what is pending; *reason* why the latest one failed."""

    id: UUID
    created: datetime
    policy_id: UUID
    flow_run_id: UUID
    channel_id: UUID
    state: str
    due: datetime
    attempts: int
    reason: str | None


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
    tries: Sequence[AttemptShown]
