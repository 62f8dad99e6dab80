"""Triggers on the wire: what is waited for."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    model_validator,
)

from headwater.events.schemas.filters import LabelPatterns
from headwater.ids import uuid7
from headwater.shapes import Shape
from headwater.texts import ChosenString, Whole

LEAST_WITHIN = 10.0  # seconds of a proactive trigger: what does not come is not seen at once
LONGEST = 1e9  # seconds
MOST = 50  # triggers within one
LEAST_MEASURED = 300.0  # seconds: the clients read no less back
LONGEST_MEASURED = 31 * 86400.0  # seconds
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def _to_seconds(value: Any) -> Any:
    """Take a duration of ISO 8601, too, as clients may write it."""
    if isinstance(value, str):
        if not value.lstrip("+-").startswith("P"):
            raise ValueError("must be a number of seconds or a duration as PT30S")
        return _DURATION.validate_python(value).total_seconds()
    return value


_Number = Annotated[float, Field(ge=-LONGEST, le=LONGEST, allow_inf_nan=False)]
Seconds = Annotated[_Number, BeforeValidator(_to_seconds)]
_PlainSeconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]
PlusSeconds = Annotated[_PlainSeconds, BeforeValidator(_to_seconds)]
Names = Annotated[list[ChosenString], Field(max_length=1000)]


class _Trigger(Shape):
    # What clients send beyond it is not kept, as with their own servers.
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: UUID = Field(default_factory=uuid7)

    def anew(self) -> Self:
        """Return the trigger under a new id, and those within it."""
        return self.model_copy(update={"id": uuid7()})


class EventTrigger(_Trigger):
    """Fires when *threshold* events came *within* seconds, or (Proactive) when they did not."""

    type: Literal["event"] = "event"
    match: LabelPatterns = {}
    match_related: LabelPatterns | Annotated[list[LabelPatterns], Field(max_length=50)] = {}
    after: Names = []
    expect: Names = []
    for_each: Names = []
    posture: Literal["Reactive", "Proactive"]
    threshold: Whole = 1
    within: PlusSeconds = 0.0

    @model_validator(mode="after")
    def give_proactive_ones_time(self) -> Self:
        if self.posture == "Proactive" and self.within < LEAST_WITHIN:
            if self.within:
                raise ValueError(
                    "`within` for Proactive triggers must be greater than or equal to 10 seconds"
                )
            return self.model_copy(update={"within": LEAST_WITHIN})
        return self


class MetricName(StrEnum):
    LATENESS = "lateness"
    DURATION = "duration"
    SUCCESSES = "successes"


_Measured = Annotated[float, Field(ge=LEAST_MEASURED, le=LONGEST_MEASURED, allow_inf_nan=False)]
MeasuredSeconds = Annotated[_Measured, BeforeValidator(_to_seconds)]


class MetricQuery(Shape):
    """Compares a metric of the last *range* seconds with *threshold*, for *firing_for* seconds.

    The threshold is in seconds for lateness and duration, and of successes a share: 0.9 is 90%.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: MetricName
    threshold: Annotated[float, Field(ge=-LONGEST, le=LONGEST, allow_inf_nan=False)]
    operator: Literal["<", "<=", ">", ">="]
    range: MeasuredSeconds = LEAST_MEASURED
    firing_for: MeasuredSeconds = LEAST_MEASURED


class MetricTrigger(_Trigger):
    """Fires when a metric of the flow runs that it means is beyond a threshold for some time."""

    type: Literal["metric"] = "metric"
    match: LabelPatterns = {}
    match_related: LabelPatterns | Annotated[list[LabelPatterns], Field(max_length=50)] = {}
    posture: Literal["Metric"] = "Metric"
    metric: MetricQuery


class _Composite(_Trigger):
    """Fires by what the triggers within it do; *within* is seconds, null is no limit."""

    triggers: Annotated["list[Trigger]", Field(max_length=MOST)]
    within: Seconds | None

    def anew(self) -> Self:
        triggers = [trigger.anew() for trigger in self.triggers]
        return self.model_copy(update={"id": uuid7(), "triggers": triggers})


class CompoundTrigger(_Composite):
    """Fires when any, all or so many of its triggers have."""

    type: Literal["compound"] = "compound"
    require: Whole | Literal["any", "all"]

    @model_validator(mode="after")
    def require_what_can_be(self) -> Self:
        if isinstance(self.require, int):
            if self.require < 1:
                raise ValueError("require must be at least 1")
            if self.require > len(self.triggers):
                raise ValueError("require must be less than or equal to the number of triggers")
        return self


class SequenceTrigger(_Composite):
    """Fires when all of its triggers have, in their order."""

    type: Literal["sequence"] = "sequence"


def _kind_of(trigger: Any) -> str:
    """Return the type of a trigger; without one, the first that its fields may be of."""
    if isinstance(trigger, _Trigger):
        return str(getattr(trigger, "type", ""))
    if not isinstance(trigger, dict):
        return "event"
    composite = "compound" if "require" in trigger else "sequence"
    return str(trigger.get("type", composite if "triggers" in trigger else "event"))


Trigger = Annotated[
    Annotated[EventTrigger, Tag("event")]
    | Annotated[MetricTrigger, Tag("metric")]
    | Annotated[CompoundTrigger, Tag("compound")]
    | Annotated[SequenceTrigger, Tag("sequence")],
    Discriminator(_kind_of),
]
