"""Slots of limits: taken, renewed and given back."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from headwater.concurrency.schemas.limits import MinimalLimit
from headwater.criteria import Some
from headwater.shapes import Shape
from headwater.texts import ChosenString, Whole

Names = Annotated[Some[ChosenString], Field(min_length=1)]
Slots = Annotated[Whole, Field(gt=0)]
Duration = Annotated[float, Field(ge=60, le=86400)]  # seconds


class Mode(StrEnum):
    CONCURRENCY = "concurrency"
    RATE_LIMIT = "rate_limit"


class HolderType(StrEnum):
    FLOW_RUN = "flow_run"
    TASK_RUN = "task_run"
    DEPLOYMENT = "deployment"


class Holder(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True, title="ConcurrencyLeaseHolder")

    type: HolderType
    id: UUID


class Wanted(Shape):
    """Slots to take of each limit named."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    slots: Slots
    names: Names
    mode: Mode = Mode.CONCURRENCY


class Increment(Wanted):
    create_if_missing: bool | None = None  # the clients' own server takes no notice of it


class IncrementWithLease(Wanted):
    """The slots come back after *lease_duration* seconds, unless the lease is renewed."""

    lease_duration: Duration = 300
    holder: Holder | None = None


class Decrement(Shape):
    model_config = ConfigDict(extra="ignore", frozen=True)

    slots: Slots
    names: Names
    occupancy_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    create_if_missing: bool | None = None  # as above


class DecrementWithLease(Shape):
    model_config = ConfigDict(extra="ignore", frozen=True)

    lease_id: UUID


class Renewal(Shape):
    model_config = ConfigDict(extra="ignore", frozen=True)

    lease_duration: Duration = 300


class Leased(Shape):
    model_config = ConfigDict(frozen=True, title="ConcurrencyLimitWithLeaseResponse")

    lease_id: UUID
    limits: list[MinimalLimit]
