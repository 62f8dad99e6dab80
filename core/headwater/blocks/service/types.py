"""What the server does with block types."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.blocks.queries import schemas, types
from headwater.blocks.rules.definitions import Definition
from headwater.blocks.schemas.types import BlockType, BlockTypeCreate, BlockTypeUpdate
from headwater.blocks.service.lifecycle import tell_of_type
from headwater.errors import ConflictError, ForbiddenError
from headwater.ids import uuid7

RESERVED = "prefect"


def create(session: Session, workspace: UUID, new: BlockTypeCreate, *, now: datetime) -> BlockType:
    if new.name.lower().startswith(RESERVED):
        raise ForbiddenError("Block type names beginning with 'Prefect' are reserved.")
    row = _new_row(workspace, now) | new.model_dump() | {"is_protected": False}
    created = types.add_type(session, row)
    if created is None:  # the slug is taken, though the clients' own server names the name
        raise ConflictError(f'Block type with name "{new.name}" already exists')
    block_type = types.make_type(created)
    tell_of_type(session, workspace, "created", block_type, now=now)
    return block_type


def update(
    session: Session, workspace: UUID, type_id: UUID, change: BlockTypeUpdate, *, now: datetime
) -> None:
    """Change what was sent, if it is anything new: clients send all of it before each save."""
    row = types.get_type(session, workspace, type_id)
    sent = change.model_dump(exclude_unset=True)
    changes = {name: value for name, value in sent.items() if row._mapping[name] != value}
    if not changes:
        return
    types.change_type(session, workspace, type_id, changes | {"updated": now})
    changed = types.make_type(types.get_type(session, workspace, type_id))
    tell_of_type(session, workspace, "updated", changed, now=now)


def delete(session: Session, workspace: UUID, type_id: UUID, *, now: datetime) -> None:
    """Delete a type with all of its schemas and documents."""
    row = types.get_type(session, workspace, type_id)
    if row.is_protected:
        raise ForbiddenError("protected block types cannot be deleted.")
    types.delete_type(session, workspace, type_id)
    tell_of_type(session, workspace, "deleted", types.make_type(row), now=now)


def install(
    session: Session, workspace: UUID, definitions: Sequence[Definition], *, now: datetime
) -> None:
    """Make sure that these types and their schemas are there, whoever else does so meanwhile.

    What clients wrote into a type that was there already stays.
    """
    slugs = [definition.slug for definition in definitions]
    known = types.list_types_by_slug(session, workspace, slugs)
    if missing := [one for one in definitions if one.slug not in known]:
        types.add_types(session, [_type_row(workspace, one, now) for one in missing])
        known = types.list_types_by_slug(session, workspace, slugs)
    for one in definitions:
        if one.is_protected and not known[one.slug].is_protected:
            types.protect_type(session, workspace, known[one.slug].id, now)
    _install_schemas(session, workspace, definitions, known, now)


def _install_schemas(
    session: Session,
    workspace: UUID,
    definitions: Sequence[Definition],
    known: dict[str, Row[Any]],
    now: datetime,
) -> None:
    checksums = [definition.checksum for definition in definitions]
    there = schemas.list_schemas_by_checksum(session, workspace, checksums)
    rows = [
        _new_row(workspace, now)
        | {
            "block_type_id": known[one.slug].id,
            "checksum": one.checksum,
            "version": one.version,
            "fields": one.fields,
            "capabilities": list(one.capabilities),
        }
        for one in definitions
        if one.checksum not in there
    ]
    if rows:
        schemas.add_schemas(session, rows)


def _type_row(workspace: UUID, definition: Definition, now: datetime) -> dict[str, Any]:
    return _new_row(workspace, now) | {
        "slug": definition.slug,
        "name": definition.title,
        "description": definition.description,
        "logo_url": None,
        "documentation_url": definition.documentation_url,
        "code_example": definition.code_example,
        "is_protected": definition.is_protected,
    }


def _new_row(workspace: UUID, now: datetime) -> dict[str, Any]:
    return {"id": uuid7(), "workspace_id": workspace, "created": now, "updated": now}
