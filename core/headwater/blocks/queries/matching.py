"""What the filters come to in SQL, the same on both databases."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument, BlockSchema, BlockType
from headwater.blocks.schemas.documents import BlockDocumentsCounted
from headwater.blocks.schemas.matching import (
    All_,
    Any_,
    AnyOrLike,
    BlockDocumentFilter,
    BlockSchemaFilter,
    BlockTypeFilter,
    Like,
    Operator,
)
from headwater.blocks.schemas.types import BlockTypesWanted

Condition = ColumnElement[bool]
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
    return [*_like(_type.c.name, wanted.name), *_any(_type.c.slug, wanted.slug)]


def _of_schemas(session: Session, wanted: BlockSchemaFilter) -> Condition:
    conditions = [
        *_any(_schema.c.block_type_id, wanted.block_type_id),
        *_all(session, _schema.c.capabilities, wanted.block_capabilities),
        *_any(_schema.c.id, wanted.id),
        *_any(_schema.c.version, wanted.version),
    ]
    return _join(wanted.operator, conditions)


def _of_documents(wanted: BlockDocumentFilter) -> Condition:
    conditions = [
        *_any(_document.c.id, wanted.id),
        *_any(_document.c.block_type_id, wanted.block_type_id),
        *_any_or_like(_document.c.name, wanted.name),
    ]
    if wanted.is_anonymous is not None and wanted.is_anonymous.eq_ is not None:
        conditions.append(_document.c.is_anonymous.is_(wanted.is_anonymous.eq_))
    return _join(wanted.operator, conditions)


def _join(operator: Operator, conditions: Iterable[Condition]) -> Condition:
    found = list(conditions)
    if not found:
        return true()
    return or_(*found) if operator is Operator.OR else and_(*found)


def _any(column: ColumnElement[Any], wanted: Any_[Any] | None) -> list[Condition]:
    return [] if wanted is None or wanted.any_ is None else [column.in_(wanted.any_)]


def _any_or_like(column: ColumnElement[Any], wanted: AnyOrLike | None) -> list[Condition]:
    if wanted is None:
        return []
    one_of = [] if wanted.any_ is None else [column.in_(wanted.any_)]
    return [*one_of, *_like(column, wanted)]


def _like(column: ColumnElement[Any], wanted: Like | None) -> list[Condition]:
    if wanted is None or wanted.like_ is None:
        return []
    # A backslash stands for itself: else PostgreSQL alone would take it for an escape.
    part = wanted.like_.replace("\\", "\\\\")
    return [column.ilike(f"%{part}%", escape="\\")]


def _all(session: Session, column: ColumnElement[Any], wanted: All_[str] | None) -> list[Condition]:
    if wanted is None or wanted.all_ is None:
        return []
    if session.get_bind().dialect.name == "postgresql":
        return [column.op("@>", is_comparison=True)(wanted.all_)]
    return [_has(column, member) for member in wanted.all_]


def _has(column: ColumnElement[Any], member: str) -> Condition:
    each = func.json_each(column).table_valued("value")
    return exists(select(1).select_from(each).where(each.c.value == member))
