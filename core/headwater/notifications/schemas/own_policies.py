"""Policies as Headwater's own routes take and show them: all that the 2.20 clients' have, and more.

They are the same rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from orjson import Fragment
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from headwater.db.json import Holds
from headwater.notifications.schemas.templates import Templating, check
from headwater.notifications.schemas.timing import Grouping, QuietHours
from headwater.shapes import Shape
from headwater.texts import ChosenString
from headwater.web.paging import Page

Name = Annotated[ChosenString, Field(max_length=200)]
Names = Annotated[list[ChosenString], Field(max_length=200)]
UniqueIds = Annotated[list[UUID], Field(max_length=200)]
Channels = Annotated[list[UUID], Field(max_length=20)]
TEMPLATES = ("title_template", "message_template")
TIMES = ("grouping", "quiet_hours")


class OwnPolicyCreate(Shape):
    """Whatever is empty asks for nothing: no state names, any state; no flows, any flow.

    A run has any of the *tags*, or all of them. All *channel_ids* are told, the
    *fallback_channel_ids* one after the other where one gives up.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, title="NotificationPolicyCreate")

    name: Name = ""
    is_active: bool = True
    state_names: Names = []
    tags: Names = []
    match_all_tags: bool = False
    flow_ids: UniqueIds = []
    deployment_ids: UniqueIds = []
    work_pool_ids: UniqueIds = []
    channel_ids: Annotated[Channels, Field(min_length=1)]
    fallback_channel_ids: Channels = []
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


class OwnPolicyUpdate(Shape):
    """A field that was not sent stays; null clears a template, the grouping or the
    quiet hours, and changes nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="NotificationPolicyUpdate")

    name: Name | None = None
    is_active: bool | None = None
    state_names: Names | None = None
    tags: Names | None = None
    match_all_tags: bool | None = None
    flow_ids: UniqueIds | None = None
    deployment_ids: UniqueIds | None = None
    work_pool_ids: UniqueIds | None = None
    channel_ids: Channels | None = None
    fallback_channel_ids: Channels | None = None
    recovery: bool | None = None
    templating: Templating | None = None
    title_template: ChosenString | None = None
    message_template: ChosenString | None = None
    grouping: Grouping | None = None
    quiet_hours: QuietHours | None = None


class OwnPoliciesWanted(Page):
    is_active: bool | None = None
    channel_id: UUID | None = None  # told, or the fallback of one


@dataclass(frozen=True)
class OwnPolicy:
    __pydantic_config__ = ConfigDict(title="NotificationPolicy")

    id: UUID
    created: datetime
    updated: datetime
    name: str
    is_active: bool
    state_names: Annotated[Fragment, Holds(list[str])]
    tags: Annotated[Fragment, Holds(list[str])]
    match_all_tags: bool
    flow_ids: Annotated[Fragment, Holds(list[UUID])]
    deployment_ids: Annotated[Fragment, Holds(list[UUID])]
    work_pool_ids: Annotated[Fragment, Holds(list[UUID])]
    channel_ids: list[str]
    fallback_channel_ids: list[str]
    recovery: bool
    templating: str
    title_template: str | None
    message_template: str | None
    grouping: Annotated[Fragment | None, Holds(Grouping | None)]
    quiet_hours: Annotated[Fragment | None, Holds(QuietHours | None)]
