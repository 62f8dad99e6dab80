"""States: as clients propose them, and as the server keeps and returns them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, model_validator

from headwater.shapes import Shape
from headwater.texts import ChosenString, Moment, WrittenAny, WrittenText


class StateType(StrEnum):
    SCHEDULED = "SCHEDULED"
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    CRASHED = "CRASHED"
    PAUSED = "PAUSED"
    CANCELLING = "CANCELLING"


FINAL = frozenset({StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED})


class StateDetails(Shape):
    """What a state carries beside its type: known keys only, all of them in every answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None
    child_flow_run_id: UUID | None = None
    scheduled_time: Moment | None = None
    cache_key: ChosenString | None = None
    cache_expiration: Moment | None = None
    deferred: bool | None = False
    untrackable_result: bool = False
    pause_timeout: Moment | None = None
    pause_reschedule: bool = False
    pause_key: ChosenString | None = None
    run_input_keyset: dict[ChosenString, ChosenString] | None = None
    refresh_cache: bool | None = None
    retriable: bool | None = None
    transition_id: UUID | None = None
    task_parameters_id: UUID | None = None
    traceparent: ChosenString | None = None
    deployment_concurrency_lease_id: UUID | None = None

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


class StateCreate(Shape):
    """A proposed state. Its id and its time are the server's to give."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: StateType
    name: ChosenString | None = None
    message: WrittenText | None = None
    data: WrittenAny = None
    state_details: StateDetails = StateDetails()

    @model_validator(mode="before")
    @classmethod
    def take_null_details_as_none(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("state_details", ...) is None:
            return {key: value for key, value in values.items() if key != "state_details"}
        return values


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is kept. *data* is any JSON value; rules look at its `type` only."""

    id: UUID
    type: StateType
    name: str
    timestamp: datetime
    message: str | None = None
    data: Any = None
    details: StateDetails = field(default_factory=StateDetails)

    @property
    def is_final(self) -> bool:
        return self.type in FINAL

    def but(self, **changes: Any) -> "State":
        return replace(self, **changes)


NAMES = {kind: kind.capitalize() for kind in StateType}


def make_state(proposed: StateCreate, state_id: UUID, now: datetime) -> State:
    """Return the state that a proposal would become: named after its type, scheduled for now."""
    details = proposed.state_details
    if proposed.type is StateType.SCHEDULED and details.scheduled_time is None:
        details = details.but(scheduled_time=now)
    name = proposed.name or NAMES[proposed.type]
    return State(state_id, proposed.type, name, now, proposed.message, proposed.data, details)
