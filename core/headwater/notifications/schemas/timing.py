"""When news of a policy are told: together with others, and not in quiet hours."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from headwater.recurrence.zones import find_zone
from headwater.shapes import Shape
from headwater.texts import ChosenString

LONGEST = 7 * 86400.0  # seconds


class Weekday(StrEnum):
    """In the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _check_zone(name: str) -> str:
    find_zone(name)
    return name


WallTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM")]
Seconds = Annotated[float, Field(ge=0, le=LONGEST, allow_inf_nan=False)]


class QuietHours(Shape):
    """From *start* on each of *weekdays* until *end*, on the next day where that is not later.

    The same time twice is a whole day. News at least as bad as *breaks_through* are told anyway.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    timezone: Annotated[ChosenString, AfterValidator(_check_zone)]
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = list(Weekday)
    start: WallTime
    end: WallTime
    breaks_through: Literal["warning", "error"] | None = None
    then: Literal["digest", "drop"] = "digest"


class GroupBy(StrEnum):
    FLOW = "flow"
    DEPLOYMENT = "deployment"
    WORK_POOL = "work_pool"
    TAGS = "tags"  # those of the run, all of them together


class Grouping(Shape):
    """News that are alike in all of *by* are told together; without one, all of a policy's are.

    The first of a group waits for *wait*, later ones until *interval* after what was told last.
    What still fails is told again after *repeat*. All in seconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: list[GroupBy] = []
    wait: Seconds = 30.0
    interval: Seconds = 300.0
    repeat: Annotated[float, Field(ge=60, le=LONGEST, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _check_repeat(self) -> Self:
        if self.repeat is not None and self.repeat < self.interval:
            raise ValueError("repeat must not be shorter than interval")
        return self
