"""Policies as Headwater's own routes take and show them: all that the 2.20 clients' have, and more.

They are the same rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from orjson import Fragment
from pydantic import ConfigDict, Field

from headwater.db.json import Holds
from headwater.notifications.schemas.channels import ChannelShown
from headwater.notifications.schemas.drafts import (
    Channels,
    Name,
    Names,
    OwnPolicyDraft,
    Patience,
    UniqueIds,
)
from headwater.notifications.schemas.templates import Templating
from headwater.notifications.schemas.timing import Grouping, QuietHours
from headwater.shapes import Shape
from headwater.texts import ChosenString
from headwater.web.paging import Page

TIMES = ("grouping", "quiet_hours")


class OwnPolicyCreate(OwnPolicyDraft):
    """A policy that is to be kept, which has a channel."""

    model_config = ConfigDict(title="NotificationPolicyCreate")

    channel_ids: Annotated[Channels, Field(min_length=1)]


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
    fallback_after: Patience | None = None
    recovery: bool | None = None
    templating: Templating | None = None
    title_template: ChosenString | None = None
    message_template: ChosenString | None = None
    grouping: Grouping | None = None
    quiet_hours: QuietHours | None = None


class OwnPoliciesWanted(Page):
    is_active: bool | None = None
    channel_id: UUID | None = None  # told, or the fallback of one


class PreviewWanted(Shape):
    """A policy, though it is not kept yet and has no channel yet, and the run it is to tell of."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="NotificationPreviewWanted")

    policy: OwnPolicyDraft
    flow_run_id: UUID


@dataclass(frozen=True)
class MessageShown:
    """What each channel is given to say, before it escapes and cuts that for its service."""

    kind: str
    severity: str
    title: str
    body: str
    fields: dict[str, str]
    link: str


@dataclass(frozen=True)
class RenderedPart:
    name: str
    text: str


@dataclass(frozen=True)
class Rendering:
    """What the service of a channel would be sent, without secrets; *error* says why that is not
    known."""

    __pydantic_config__ = ConfigDict(title="NotificationRendering")

    channel: ChannelShown
    parts: list[RenderedPart]
    error: str | None


@dataclass(frozen=True)
class Preview:
    """*obstacles* say why the run would not be told of, *error* what the templates fail at.

    *recovery* is in place of *message* where a problem is over with the state. *renderings* are of
    the one or the other, for each of the channels and fallback channels.
    """

    __pydantic_config__ = ConfigDict(title="NotificationPreview")

    obstacles: list[str]
    error: str | None
    state_name: str
    message: MessageShown
    recovery: MessageShown | None
    channels: list[ChannelShown]
    fallback_channels: list[ChannelShown]
    renderings: list[Rendering]


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
    fallback_after: float
    recovery: bool
    templating: str
    title_template: str | None
    message_template: str | None
    grouping: Annotated[Fragment | None, Holds(Grouping | None)]
    quiet_hours: Annotated[Fragment | None, Holds(QuietHours | None)]
