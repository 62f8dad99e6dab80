"""How often and when a run is tried again, and what the server remembers of its pauses."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from headwater.shapes import Shape
from headwater.texts import ChosenString, Whole

# Whole numbers stay whole.
Delay = Annotated[int | float, Field(ge=0, lt=2**31, allow_inf_nan=False)]


class _Policy(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    # The names of old; they stand in where the new ones are absent.
    max_retries: Whole = 0
    retry_delay_seconds: Delay = 0
    retries: Whole | None = None

    @model_validator(mode="before")
    @classmethod
    def read_old_names(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        values = dict(values)
        for new, old in (("retries", "max_retries"), ("retry_delay", "retry_delay_seconds")):
            if values.get(new) is None and values.get(old):
                values[new] = values[old]
        return values


class FlowRunPolicy(_Policy):
    retry_delay: Whole | None = None
    pause_keys: set[ChosenString] | None = Field(default_factory=set)
    resuming: bool | None = False
    retry_type: Literal["in_process", "reschedule"] | None = None


class TaskRunPolicy(_Policy):
    retry_delay: Delay | Annotated[list[Delay], Field(max_length=50)] | None = None
    retry_jitter_factor: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
