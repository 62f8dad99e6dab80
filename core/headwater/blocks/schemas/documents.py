"""Block documents: what clients post, and what they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from orjson import Fragment
from pydantic import AfterValidator, ConfigDict, model_validator

from headwater.blocks.schemas.matching import (
    BlockDocumentFilter,
    BlockSchemaFilter,
    BlockTypeFilter,
)
from headwater.blocks.schemas.schemas import BlockSchema
from headwater.blocks.schemas.types import BlockType, Name, check_plain
from headwater.criteria import Filters
from headwater.db.json import Holds
from headwater.shapes import Shape
from headwater.texts import ChosenJson
from headwater.web.paging import Page

DocumentName = Annotated[
    Name, AfterValidator(lambda name: check_plain(name, "Block document name"))
]


class BlockDocumentCreate(Shape):
    """An anonymous document needs no name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: DocumentName | None = None
    data: ChosenJson = {}
    block_schema_id: UUID
    block_type_id: UUID
    is_anonymous: bool = False

    @model_validator(mode="before")
    @classmethod
    def _want_name(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("name"):
            return values
        if not values.get("is_anonymous"):
            raise ValueError("Names must be provided for block documents.")
        return values | {"name": None}


class BlockDocumentUpdate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    block_schema_id: UUID | None = None
    data: ChosenJson = {}
    merge_existing_data: bool = True


class BlockDocumentSort(StrEnum):
    NAME_DESC = "NAME_DESC"
    NAME_ASC = "NAME_ASC"
    BLOCK_TYPE_AND_NAME_ASC = "BLOCK_TYPE_AND_NAME_ASC"


class BlockDocumentsCounted(Filters):
    block_documents: BlockDocumentFilter | None = None
    block_types: BlockTypeFilter | None = None
    block_schemas: BlockSchemaFilter | None = None


class BlockDocumentsWanted(BlockDocumentsCounted, Page):
    include_secrets: bool = False
    sort: BlockDocumentSort | None = BlockDocumentSort.NAME_ASC


class SecretsWanted(Shape):
    """The query of a read."""

    include_secrets: bool = False


@dataclass(frozen=True)
class ReferencedDocument:
    id: UUID
    name: str
    block_type: BlockType
    is_anonymous: bool
    block_document_references: Mapping[str, "Reference"]


@dataclass(frozen=True)
class Reference:
    block_document: ReferencedDocument


@dataclass(frozen=True)
class BlockDocument:
    id: UUID
    created: datetime
    updated: datetime
    name: str
    data: Annotated[Fragment, Holds(dict[str, Any])]
    block_schema_id: UUID
    block_schema: BlockSchema
    block_type_id: UUID
    block_type_name: str
    block_type: BlockType
    block_document_references: Mapping[str, Reference]
    is_anonymous: bool
