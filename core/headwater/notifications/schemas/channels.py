"""Channels as Headwater's own routes take and show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from headwater.blocks.schemas.documents import DocumentName
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenText


class ChannelCreate(Shape):
    """*type* is the slug of a block type, or the plugin that brings it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ChosenText
    name: DocumentName
    settings: ChosenJson = {}


@dataclass(frozen=True)
class ChannelShown:
    """*id* is that of the block document, by which policies name the channel."""

    id: UUID
    name: str
    type: str
    plugin: str


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
