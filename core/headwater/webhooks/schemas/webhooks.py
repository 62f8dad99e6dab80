"""Webhooks as people make, change and see them."""

import re
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from headwater.events.schemas import Event
from headwater.shapes import Shape
from headwater.texts import ChosenString, ChosenText
from headwater.web.paging import Page
from headwater.webhooks.schemas.signatures import Signature, SignatureWanted
from headwater.webhooks.schemas.templates import Template

LONGEST_SLUG = 64
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _check_slug(slug: str) -> str:
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise ValueError(
            f"must be lower-case letters, digits and single dashes, at most {LONGEST_SLUG}"
        )
    return slug


Slug = Annotated[str, AfterValidator(_check_slug)]
Name = Annotated[ChosenText, Field(max_length=255)]


class WebhookCreate(Shape):
    """Without a *slug*, which is the end of its address, it is made of the name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    slug: Slug | None = None
    description: ChosenString = ""
    template: Template
    enabled: bool = True
    signature: SignatureWanted | None = None


class WebhookUpdate(Shape):
    """What is absent stays; a *signature* of null asks for none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = ""
    description: ChosenString = ""
    template: Template = ""
    enabled: bool = True
    signature: SignatureWanted | None = None


class WebhooksWanted(Page):
    """All there are, by name."""


class Webhook(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    slug: str
    url: str
    description: str
    template: str
    enabled: bool
    signature: Signature | None


class WebhookMade(Webhook):
    """With what is told this once: the token, which goes with each call, and a secret that was
    made."""

    token: str | None
    secret: str | None


class CallTold(Shape):
    """A call as it might come. *template* is tried in place of the webhook's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Annotated[str, Field(pattern="^[A-Z]{1,10}$")] = "POST"
    headers: dict[str, str] = {}
    query_params: dict[str, str] = {}
    body: str = ""
    template: Template | None = None


class Tried(Shape):
    """The event that a call would make, or why it would make none."""

    event: Event | None
    fault: str | None
