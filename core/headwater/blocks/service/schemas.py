"""What the server does with block schemas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.blocks.queries import schemas, types
from headwater.blocks.rules.schemas import (
    Child,
    Found,
    checksum,
    fields_of_child,
    list_children,
    resolve,
)
from headwater.blocks.schemas.schemas import BlockSchema, BlockSchemaCreate
from headwater.db.json import parse
from headwater.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from headwater.ids import uuid7

DEEPEST = 20  # levels of blocks in blocks that one request may register


def create(
    session: Session, workspace: UUID, new: BlockSchemaCreate, *, now: datetime
) -> tuple[BlockSchema, bool]:
    """Return the schema of these fields and this version, and whether it was made just now.

    The first one wins for good, be it of another type or with other capabilities: documents may
    refer to it, and clients find it by these two alone.
    """
    if types.find_type(session, workspace, new.block_type_id) is None:
        raise NotFoundError(f"Block type {new.block_type_id} not found.")
    row, made = _Registration(session, workspace, now).find_or_add(new, depth=0)
    return schemas.make_schema(row), made


def delete(session: Session, workspace: UUID, schema_id: UUID) -> None:
    """Delete a schema with its documents."""
    row = schemas.get_schema(session, workspace, schema_id)
    if row.type_is_protected:
        raise ForbiddenError("Block schemas for protected block types cannot be deleted.")
    schemas.delete_schema(session, workspace, schema_id)


def list_capabilities(session: Session, workspace: UUID) -> list[str]:
    lists = schemas.list_capabilities(session, workspace)
    return sorted({capability for one in lists for capability in parse(one)})


@dataclass(frozen=True)
class _Registration:
    """The making of a schema, with those of the blocks in it that nobody registered before."""

    session: Session
    workspace: UUID
    now: datetime

    def find_or_add(self, new: BlockSchemaCreate, *, depth: int) -> tuple[Row[Any], bool]:
        known = checksum(new.fields)
        if found := self._find(known, new.version):
            return found, False
        if depth > DEEPEST:
            raise InvalidError(f"fields hold blocks more than {DEEPEST} levels deep.")
        row = {
            "id": uuid7(),
            "workspace_id": self.workspace,
            "created": self.now,
            "updated": self.now,
            "block_type_id": new.block_type_id,
            "checksum": known,
            "version": new.version,
            "fields": resolve(new.fields, self._register_children(new.fields, depth)),
            "capabilities": new.capabilities,
        }
        schemas.add_schemas(self.session, [row])
        # Another client may have been faster, so the row that is there counts.
        made = schemas.get_schema_by_checksum(self.session, self.workspace, known, new.version)
        return made, made.id == row["id"]

    def _find(self, known: str, version: str | None = None) -> Row[Any] | None:
        return schemas.find_schema_by_checksum(self.session, self.workspace, known, version)

    def _register_children(self, fields: Mapping[str, Any], depth: int) -> list[Found]:
        children = list_children(fields)
        if not children:
            return []
        slugs, checksums = [one.slug for one in children], [one.checksum for one in children]
        known_types = types.list_types_by_slug(self.session, self.workspace, slugs)
        known = schemas.list_schemas_by_checksum(self.session, self.workspace, checksums)
        found = []
        for child in children:
            if child.slug not in known_types:
                raise ConflictError(
                    f"Cannot create block schema because block type {child.slug!r} was not found."
                    "Did you forget to register the block type?"
                )
            row = known.get(child.checksum)
            row = row or self._add_child(fields, child, known_types[child.slug], depth)
            real = Child(child.field, row.type_slug, row.checksum)
            found.append(Found(real, parse(row.fields)))
        return found

    def _add_child(
        self, fields: Mapping[str, Any], child: Child, block_type: Row[Any], depth: int
    ) -> Row[Any]:
        own = fields_of_child(fields, child)
        if own is None:
            raise ConflictError(
                "Unable to create nested block schema for block type "
                f"{block_type.name!r} due to missing definition."
            )
        new = BlockSchemaCreate(fields=own, block_type_id=block_type.id)
        return self.find_or_add(new, depth=depth + 1)[0]
