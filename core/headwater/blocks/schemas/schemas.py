"""Block schemas: what clients post, and what they read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from orjson import Fragment
from pydantic import ConfigDict

from headwater.blocks.schemas.matching import BlockSchemaFilter
from headwater.blocks.schemas.types import BlockType
from headwater.criteria import Filters
from headwater.db.json import Holds
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenKey, ChosenString
from headwater.web.paging import Page

DEFAULT_VERSION = "non-versioned"


class BlockSchemaCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: ChosenJson = {}
    block_type_id: UUID
    capabilities: list[ChosenString] = []
    version: ChosenKey = DEFAULT_VERSION


class BlockSchemasWanted(Filters, Page):
    block_schemas: BlockSchemaFilter | None = None


class VersionWanted(Shape):
    """The query of a look-up by checksum."""

    version: ChosenString | None = None


@dataclass(frozen=True)
class BlockSchema:
    id: UUID
    created: datetime
    updated: datetime
    checksum: str
    fields: Annotated[Fragment, Holds(dict[str, Any])]
    block_type_id: UUID
    block_type: BlockType
    capabilities: Annotated[Fragment, Holds(list[str])]
    version: str
