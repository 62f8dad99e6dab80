"""What an automation would have done, on the wire."""

from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from headwater.automations.schemas.history import TriggeringEvent
from headwater.shapes import Shape

MOST_HOURS = 24 * 30


class ReplayWanted(Shape):
    """*hours* is how far back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: Annotated[float, Field(gt=0, le=MOST_HOURS, allow_inf_nan=False)] = 24


class Rehearsed(Shape):
    """A firing that would have been, and when. The event is the last one that counted."""

    triggered: AwareDatetime
    triggering_labels: dict[str, str]
    triggering_event: TriggeringEvent | None


class Replayed(Shape):
    """*events* is how many were looked at, *fired* how often it would have. *firings* are the
    first of those; *whole* is false where there were too many events to look at all."""

    events: int
    fired: int
    firings: list[Rehearsed]
    whole: bool
