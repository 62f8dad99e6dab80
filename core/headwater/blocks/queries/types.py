"""Every statement over block types."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockType
from headwater.blocks.queries.matching import match_types
from headwater.blocks.schemas import types as wire
from headwater.db.upserts import insert_new
from headwater.errors import NotFoundError

_type = BlockType.__table__
# The columns of the wire; where a type comes along with others they begin with type_.
COLUMNS = [column for column in _type.c if column.name != "workspace_id"]
LABELLED = [column.label(f"type_{column.name}") for column in COLUMNS]
_NAMES = [column.name for column in COLUMNS]

_TYPES = select(*COLUMNS)
_OF_WORKSPACE = _TYPES.where(_type.c.workspace_id == bindparam("workspace"))
_TYPE = _OF_WORKSPACE.where(_type.c.id == bindparam("type_id"))
_TYPE_OF_SLUG = _OF_WORKSPACE.where(_type.c.slug == bindparam("slug"))
_TYPES_OF_SLUGS = _OF_WORKSPACE.where(_type.c.slug.in_(bindparam("slugs", expanding=True)))
_THIS = (_type.c.workspace_id == bindparam("workspace"), _type.c.id == bindparam("type_id"))
_CHANGE, _DELETE = update(_type).where(*_THIS), delete(_type).where(*_THIS)
_PROTECT = update(_type).values(is_protected=True, updated=bindparam("now")).where(*_THIS)
_ADD = insert_new(_type)
_ADD_ONE = _ADD.returning(*COLUMNS)


def make_type(row: Row[Any], prefix: str = "") -> wire.BlockType:
    return wire.BlockType(**{name: row._mapping[prefix + name] for name in _NAMES})


def find_type(session: Session, workspace: UUID, type_id: UUID) -> Row[Any] | None:
    return session.execute(_TYPE, {"workspace": workspace, "type_id": type_id}).first()


def get_type(session: Session, workspace: UUID, type_id: UUID) -> Row[Any]:
    return _existing(find_type(session, workspace, type_id))


def get_type_by_slug(session: Session, workspace: UUID, slug: str) -> Row[Any]:
    return _existing(session.execute(_TYPE_OF_SLUG, {"workspace": workspace, "slug": slug}).first())


def list_types_by_slug(
    session: Session, workspace: UUID, slugs: Sequence[str]
) -> dict[str, Row[Any]]:
    found = session.execute(_TYPES_OF_SLUGS, {"workspace": workspace, "slugs": list(slugs)})
    return {row.slug: row for row in found}


def list_types(
    session: Session, workspace: UUID, wanted: wire.BlockTypesWanted
) -> Sequence[Row[Any]]:
    page = _TYPES.where(match_types(session, workspace, wanted))
    page = page.order_by(_type.c.name, _type.c.id)
    return session.execute(page.limit(wanted.page_limit).offset(wanted.offset)).all()


def add_types(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add types; one whose slug is taken is left out."""
    session.execute(_ADD, list(rows))


def add_type(session: Session, row: Mapping[str, Any]) -> Row[Any] | None:
    """Return the new type, None where its slug is taken."""
    return session.execute(_ADD_ONE, row).first()


def change_type(
    session: Session, workspace: UUID, type_id: UUID, changes: Mapping[str, Any]
) -> None:
    session.execute(_CHANGE.values(**changes), {"workspace": workspace, "type_id": type_id})


def protect_type(session: Session, workspace: UUID, type_id: UUID, now: datetime) -> None:
    session.execute(_PROTECT, {"workspace": workspace, "type_id": type_id, "now": now})


def delete_type(session: Session, workspace: UUID, type_id: UUID) -> None:
    """Delete a type, with its schemas and documents."""
    session.execute(_DELETE, {"workspace": workspace, "type_id": type_id})


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Block type not found")
    return row
