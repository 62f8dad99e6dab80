"""Concurrency leases on the wire."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from headwater.shapes import Shape
from headwater.texts import ChosenString, Whole


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


class Increment(Shape):
    """Slots to take of each limit named, for *lease_duration* seconds unless renewed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: Annotated[Whole, Field(gt=0)]
    names: Annotated[list[ChosenString], Field(min_length=1)]
    mode: Mode = Mode.CONCURRENCY
    lease_duration: Annotated[float, Field(ge=60, le=86400)] = 300
    holder: Holder | None = None


class Decrement(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    lease_id: UUID


class Renewal(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    lease_duration: Annotated[float, Field(ge=60, le=86400)] = 300


class Lease(Shape):
    model_config = ConfigDict(frozen=True, title="ConcurrencyLimitWithLeaseResponse")

    lease_id: UUID
    limits: list[dict[str, object]]
