"""What automations did, as our own routes show it."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

from headwater.shapes import Shape
from headwater.web.paging import Page


class FiringsWanted(Page):
    """A page of the firings of one automation, the newest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TriggeringEvent(Shape):
    id: UUID
    event: str
    occurred: AwareDatetime
    resource_id: str


class ActionShown(Shape):
    """One action of a firing. *details* are what its event says, with the resources that it was
    about as *related*; null until it ended."""

    invocation: UUID
    action_index: int
    on_trigger: bool
    type: str
    state: Literal["pending", "executed", "failed"]
    attempts: int
    due: AwareDatetime
    ended: AwareDatetime | None
    reason: str | None
    details: dict[str, Any] | None


class FiringShown(Shape):
    """*event_id* is that of its `prefect.automation.triggered`, *triggering_value* a metric. One
    that is *resolved* tells that the metric is no longer beyond its threshold: its event is
    `prefect.automation.resolved`, and its actions are those of `actions_on_resolve`."""

    id: UUID
    automation_id: UUID
    automation_name: str
    triggered: AwareDatetime
    event_id: UUID
    triggering_labels: dict[str, str]
    triggering_event: TriggeringEvent | None
    triggering_value: float | None
    resolved: bool
    actions: list[ActionShown]
