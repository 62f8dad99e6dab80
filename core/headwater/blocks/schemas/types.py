"""Block types: what clients post, and what they read."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from headwater.blocks.schemas.matching import BlockSchemaFilter, BlockTypeFilter
from headwater.criteria import Filters
from headwater.shapes import Shape
from headwater.texts import ChosenKey, ChosenString
from headwater.web.paging import Page

_PLAIN = re.compile(r"[a-z0-9-]+")
# As the clients' own server has it for names of all kinds: these are cut from its addresses.
Name = Annotated[ChosenKey, Field(pattern=r"^[^/%&><]+$")]


def check_plain(text: str, what: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{what} must only contain lowercase letters, numbers, and dashes.")
    return text


Slug = Annotated[
    ChosenKey,
    AfterValidator(lambda slug: check_plain(slug, "Block type slug")),
]


class BlockTypeCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    slug: Slug
    logo_url: ChosenString | None = None
    documentation_url: ChosenString | None = None
    description: ChosenString | None = None
    code_example: ChosenString | None = None


class BlockTypeUpdate(Shape):
    """A field that was not sent stays; null clears."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    logo_url: ChosenString | None = None
    documentation_url: ChosenString | None = None
    description: ChosenString | None = None
    code_example: ChosenString | None = None


class BlockTypesWanted(Filters, Page):
    block_types: BlockTypeFilter | None = None
    block_schemas: BlockSchemaFilter | None = None


@dataclass(frozen=True)
class BlockType:
    id: UUID
    created: datetime
    updated: datetime
    name: str
    slug: str
    logo_url: str | None
    documentation_url: str | None
    description: str | None
    code_example: str | None
    is_protected: bool
