"""Policies as they are asked for, by Headwater's own routes."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from headwater.notifications.schemas.templates import Templating, check
from headwater.notifications.schemas.timing import Grouping, QuietHours
from headwater.shapes import Shape
from headwater.texts import ChosenString

Name = Annotated[ChosenString, Field(max_length=200)]
Names = Annotated[list[ChosenString], Field(max_length=200)]
UniqueIds = Annotated[list[UUID], Field(max_length=200)]
Channels = Annotated[list[UUID], Field(max_length=20)]
PATIENCE = 300.0  # seconds
Patience = Annotated[float, Field(ge=0, le=86_400)]
TEMPLATES = ("title_template", "message_template")


class OwnPolicyDraft(Shape):
    """Whatever is empty asks for nothing: no state names, any state; no flows, any flow.

    A run has any of the *tags*, or all of them. All *channel_ids* are told, the
    *fallback_channel_ids* one after the other where one gives up, or would rest for longer than
    *fallback_after* seconds from when there was something to tell.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, title="NotificationPolicyDraft")

    name: Name = ""
    is_active: bool = True
    state_names: Names = []
    tags: Names = []
    match_all_tags: bool = False
    flow_ids: UniqueIds = []
    deployment_ids: UniqueIds = []
    work_pool_ids: UniqueIds = []
    channel_ids: Channels = []
    fallback_channel_ids: Channels = []
    fallback_after: Patience = PATIENCE
    recovery: bool = True
    templating: Templating = Templating.PLAIN
    title_template: ChosenString | None = None
    message_template: ChosenString | None = None
    grouping: Grouping | None = None
    quiet_hours: QuietHours | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        named = [*self.channel_ids, *self.fallback_channel_ids]
        if len(set(named)) < len(named):
            raise ValueError("a channel is named twice")
        for field in TEMPLATES:
            try:
                check(getattr(self, field), self.templating)
            except ValueError as error:
                reason = {"field": field, "reason": str(error)}
                raise PydanticCustomError("template", "{field}: {reason}", reason) from None
        if self.grouping and self.grouping.repeat and not self.recovery:
            raise ValueError("grouping: repeat needs recovery, which ends it")
        return self
