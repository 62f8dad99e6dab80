"""Concurrency limits: what clients post, and what they read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from headwater.shapes import Shape
from headwater.texts import ChosenKey, Whole

# As the clients' own server has it for names of all kinds: these are cut from its addresses.
Name = Annotated[ChosenKey, Field(pattern=r"^[^/%&><]+$")]
Count = Annotated[Whole, Field(ge=0)]
Decay = Annotated[float, Field(ge=0, allow_inf_nan=False)]
FIRST_OCCUPANCY = 2.0  # seconds, until somebody gives slots back


class LimitCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True, title="ConcurrencyLimitV2Create")

    name: Name
    limit: Count
    active: bool = True
    active_slots: Count = 0
    denied_slots: Count = 0
    slot_decay_per_second: Decay = 0


class LimitUpdate(Shape):
    """What was not sent stays, and so does what is null: nothing here can be without a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="ConcurrencyLimitV2Update")

    name: Name | None = None
    limit: Count | None = None
    active: bool | None = None
    active_slots: Count | None = None
    denied_slots: Count | None = None
    slot_decay_per_second: Decay | None = None


class NewLimit(Shape):
    """A limit as the route that makes it answers."""

    model_config = ConfigDict(frozen=True, title="ConcurrencyLimitV2")

    id: UUID
    created: datetime
    updated: datetime
    active: bool
    name: str
    limit: int
    active_slots: int
    denied_slots: int
    slot_decay_per_second: float
    avg_slot_occupancy_seconds: float


class Limit(Shape):
    """A limit as it is read."""

    model_config = ConfigDict(frozen=True, title="GlobalConcurrencyLimitResponse")

    id: UUID
    created: datetime
    updated: datetime
    active: bool
    name: str
    limit: int
    active_slots: int
    slot_decay_per_second: float


class MinimalLimit(Shape):
    model_config = ConfigDict(frozen=True, title="MinimalConcurrencyLimitResponse")

    id: UUID
    name: str
    limit: int
