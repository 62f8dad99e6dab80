"""Why an automation did or did not fire, on the wire."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from headwater.automations.schemas.history import FiringShown, TriggeringEvent
from headwater.automations.schemas.replays import MOST_HOURS
from headwater.automations.schemas.verdicts import Verdict
from headwater.shapes import Shape
from headwater.texts import ChosenString, Moment


class WhyWanted(Shape):
    """What is asked about: a flow run, an event or a resource; of the latter two only what
    occurred *until* some time. *hours* is how far before the latest event counting begins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flow_run_id: UUID | None = None
    event_id: UUID | None = None
    resource_id: ChosenString | None = None
    until: Moment | None = None
    hours: Annotated[float, Field(gt=0, le=MOST_HOURS, allow_inf_nan=False)] = 24

    @model_validator(mode="after")
    def ask_about_one_thing(self) -> Self:
        given = (self.flow_run_id, self.event_id, self.resource_id)
        if sum(one is not None for one in given) != 1:
            raise ValueError("give one of flow_run_id, event_id and resource_id")
        return self


class TriggerExplained(Shape):
    """What one trigger made of an event; *place* is 1, or 1.2 for the second one within it.

    *wanted* are the labels that were lacking, *was* is what one of the event's was instead.
    """

    place: str
    trigger_id: UUID
    verdict: Verdict
    matched: bool
    said: str
    count: int | None
    threshold: int | None
    window_start: AwareDatetime | None
    window_end: AwareDatetime | None
    wanted: dict[str, str | list[str]] | None
    was: str | None


class EventExplained(Shape):
    """*would_fire* says when the event, counted again now, makes the automation fire; *firing* is
    what is kept of the one that it did make."""

    event: TriggeringEvent
    outcome: Literal["fired", "would-fire", "pending", "off", "not-fired"]
    said: str
    would_fire: AwareDatetime | None
    firing: FiringShown | None
    triggers: list[TriggerExplained]


class Why(Shape):
    """The latest *events*, the newest last. Counting began at *since*; *whole* is false where there
    were too many events to look at all."""

    enabled: bool
    changed: AwareDatetime
    since: AwareDatetime | None
    events: list[EventExplained]
    whole: bool
