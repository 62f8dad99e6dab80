"""Channels as Headwater's own routes take and show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from headwater.blocks.schemas.documents import DocumentName
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenText


class ChannelCreate(Shape):
    """*type* is the slug of a block type, or the plugin that brings it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ChosenText
    name: DocumentName
    settings: ChosenJson = {}


class ChannelUpdate(Shape):
    """What was not sent stays, each of the *settings* by itself: null gives one its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: DocumentName | None = None
    settings: ChosenJson = {}


@dataclass(frozen=True)
class ChannelShown:
    """*id* is that of the block document, by which policies name the channel."""

    id: UUID
    name: str
    type: str
    plugin: str


@dataclass(frozen=True)
class HealthShown:
    """How a channel does: *state* is healthy, degraded (the latest try failed), paused (by its
    breaker, until *until*), disabled (by the server, since *since*) or off (by a person).

    *waiting* are the deliveries on their way over it, *oldest_due* when the first of them was due.
    """

    state: str
    reason: str | None
    last_success: datetime | None
    failing_since: datetime | None
    since: datetime | None
    until: datetime | None
    waiting: int
    oldest_due: datetime | None


@dataclass(frozen=True)
class ChannelInFull(ChannelShown):
    health: HealthShown


class ChannelOff(Shape):
    """*reason* is for people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[ChosenText, Field(max_length=300)] | None = None


@dataclass(frozen=True)
class ChannelEnabled:
    """*missed* are the deliveries given up since it was disabled or turned off."""

    missed: int


@dataclass(frozen=True)
class ChannelMade(ChannelShown):
    """*warnings* say in sentences what will likely not work, though it is kept."""

    warnings: list[str]


@dataclass(frozen=True)
class KindShown:
    """*settings* is the JSON schema of what a channel of this kind keeps."""

    type: str
    plugin: str
    title: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class TestShown:
    """How sending the test message went: *status* and *response* are the service's, if any."""

    sent: bool
    error: str | None
    status: int | None
    response: str | None
    duration: float  # seconds
