"""Every statement over block schemas. Their rows have the columns of their type as `type_...`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, select
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockSchema, BlockType
from headwater.blocks.queries import types
from headwater.blocks.queries.matching import match_schemas
from headwater.blocks.schemas import schemas as wire
from headwater.db.upserts import insert_new
from headwater.errors import NotFoundError

_schema, _type = BlockSchema.__table__, BlockType.__table__
_OWN = [column for column in _schema.c if column.name != "workspace_id"]
LABELLED = [column.label(f"schema_{column.name}") for column in _OWN]
_NAMES = [column.name for column in _OWN]

_SCHEMAS = select(*_OWN, *types.LABELLED).join(_type, _type.c.id == _schema.c.block_type_id)
_OF_WORKSPACE = _SCHEMAS.where(_schema.c.workspace_id == bindparam("workspace"))
_SCHEMA = _OF_WORKSPACE.where(_schema.c.id == bindparam("schema_id"))
_NEWEST = _OF_WORKSPACE.order_by(_schema.c.created.desc(), _schema.c.id.desc())
_OF_CHECKSUM = _NEWEST.where(_schema.c.checksum == bindparam("checksum")).limit(1)
_OF_VERSION = _OF_CHECKSUM.where(_schema.c.version == bindparam("version"))
_OF_CHECKSUMS = _NEWEST.where(_schema.c.checksum.in_(bindparam("checksums", expanding=True)))
_CAPABILITIES = select(_schema.c.capabilities).distinct()
_CAPABILITIES = _CAPABILITIES.where(_schema.c.workspace_id == bindparam("workspace"))
_DELETE = delete(_schema).where(
    _schema.c.workspace_id == bindparam("workspace"), _schema.c.id == bindparam("schema_id")
)
_ADD = insert_new(_schema)


def make_schema(row: Row[Any], prefix: str = "") -> wire.BlockSchema:
    values = {name: row._mapping[prefix + name] for name in _NAMES}
    return wire.BlockSchema(**values, block_type=types.make_type(row, f"{prefix}type_"))


def find_schema(session: Session, workspace: UUID, schema_id: UUID) -> Row[Any] | None:
    return session.execute(_SCHEMA, {"workspace": workspace, "schema_id": schema_id}).first()


def get_schema(session: Session, workspace: UUID, schema_id: UUID) -> Row[Any]:
    return _existing(find_schema(session, workspace, schema_id))


def find_schema_by_checksum(
    session: Session, workspace: UUID, checksum: str, version: str | None = None
) -> Row[Any] | None:
    """Return the newest schema of that checksum, and of that version where one is named."""
    values = {"workspace": workspace, "checksum": checksum}
    if version is None:
        return session.execute(_OF_CHECKSUM, values).first()
    return session.execute(_OF_VERSION, values | {"version": version}).first()


def get_schema_by_checksum(
    session: Session, workspace: UUID, checksum: str, version: str | None = None
) -> Row[Any]:
    return _existing(find_schema_by_checksum(session, workspace, checksum, version))


def list_schemas_by_checksum(
    session: Session, workspace: UUID, checksums: Sequence[str]
) -> dict[str, Row[Any]]:
    """Return the newest schema of each checksum that is known."""
    values = {"workspace": workspace, "checksums": list(checksums)}
    newest_last = reversed(session.execute(_OF_CHECKSUMS, values).all())
    return {row.checksum: row for row in newest_last}


def list_schemas(
    session: Session, workspace: UUID, wanted: wire.BlockSchemasWanted
) -> Sequence[Row[Any]]:
    page = _SCHEMAS.where(match_schemas(session, workspace, wanted.block_schemas))
    page = page.order_by(_schema.c.created.desc(), _schema.c.id.desc())
    return session.execute(page.limit(wanted.page_limit).offset(wanted.offset)).all()


def list_capabilities(session: Session, workspace: UUID) -> Sequence[Any]:
    """Return each list of capabilities that some schema has, unparsed."""
    return session.execute(_CAPABILITIES, {"workspace": workspace}).scalars().all()


def add_schemas(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add schemas; one whose checksum and version are known is left out."""
    session.execute(_ADD, list(rows))


def delete_schema(session: Session, workspace: UUID, schema_id: UUID) -> None:
    """Delete a schema, with its documents."""
    session.execute(_DELETE, {"workspace": workspace, "schema_id": schema_id})


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Block schema not found")
    return row
