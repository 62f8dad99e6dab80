"""What the filters come to in SQL, the same on both databases."""

from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument, BlockSchema, BlockType
from headwater.blocks.schemas.documents import BlockDocumentsCounted
from headwater.blocks.schemas.matching import (
    BlockDocumentFilter,
    BlockSchemaFilter,
    BlockTypeFilter,
)
from headwater.blocks.schemas.types import BlockTypesWanted
from headwater.db.criteria import Condition, has_all, join, meet

_type, _schema, _document = BlockType.__table__, BlockSchema.__table__, BlockDocument.__table__


def match_types(session: Session, workspace: UUID, wanted: BlockTypesWanted) -> Condition:
    conditions = [_type.c.workspace_id == workspace, *_of_types(wanted.block_types)]
    if wanted.block_schemas is not None:
        related = _schema.c.block_type_id == _type.c.id
        of_schemas = _of_schemas(session, wanted.block_schemas)
        conditions.append(exists(select(1).where(related, of_schemas)))
    return and_(*conditions)


def match_schemas(session: Session, workspace: UUID, wanted: BlockSchemaFilter | None) -> Condition:
    of_workspace = _schema.c.workspace_id == workspace
    return of_workspace if wanted is None else and_(of_workspace, _of_schemas(session, wanted))


def match_documents(session: Session, workspace: UUID, wanted: BlockDocumentsCounted) -> Condition:
    # No filter at all hides anonymous documents just as an empty one does.
    conditions = [
        _document.c.workspace_id == workspace,
        _of_documents(wanted.block_documents or BlockDocumentFilter()),
    ]
    if wanted.block_types is not None:
        related = _type.c.id == _document.c.block_type_id
        of_types = _of_types(wanted.block_types)
        # Correlated with documents alone: lists of these have joined the types themselves.
        conditions.append(exists(select(1).where(related, *of_types).correlate(_document)))
    if wanted.block_schemas is not None:
        related = _schema.c.id == _document.c.block_schema_id
        of_schemas = _of_schemas(session, wanted.block_schemas)
        conditions.append(exists(select(1).where(related, of_schemas).correlate(_document)))
    return and_(*conditions)


def _of_types(wanted: BlockTypeFilter | None) -> list[Condition]:
    if wanted is None:
        return []
    return [*meet(_type.c.name, wanted.name), *meet(_type.c.slug, wanted.slug)]


def _of_schemas(session: Session, wanted: BlockSchemaFilter) -> Condition:
    conditions = [
        *meet(_schema.c.block_type_id, wanted.block_type_id),
        *meet(_schema.c.id, wanted.id),
        *meet(_schema.c.version, wanted.version),
    ]
    capable = wanted.block_capabilities
    if capable is not None and capable.all_ is not None:
        dialect = session.get_bind().dialect.name
        conditions.append(has_all(_schema.c.capabilities, capable.all_, dialect))
    return join(wanted, conditions)


def _of_documents(wanted: BlockDocumentFilter) -> Condition:
    conditions = [
        *meet(_document.c.id, wanted.id),
        *meet(_document.c.block_type_id, wanted.block_type_id),
        *meet(_document.c.name, wanted.name),
        *meet(_document.c.is_anonymous, wanted.is_anonymous),
    ]
    return join(wanted, conditions)
