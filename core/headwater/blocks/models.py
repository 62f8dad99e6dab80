"""The tables of block types, their schemas, and documents with what these refer to."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class BlockType(Base, Entity, Tenant):
    __tablename__ = "block_type"

    name: Mapped[str]
    slug: Mapped[str]
    logo_url: Mapped[str | None]
    documentation_url: Mapped[str | None]
    description: Mapped[str | None]
    code_example: Mapped[str | None]
    is_protected: Mapped[bool]

    __table_args__ = (UniqueConstraint("workspace_id", "slug"),)


class BlockSchema(Base, Entity, Tenant):
    """One form of a type's fields. It never changes.

    *fields* is what a read answers, with the schemas of nested blocks in it, so that it needs no
    other row. The checksum is of the fields as they were sent, and cannot be made from these.
    """

    __tablename__ = "block_schema"

    block_type_id: Mapped[UUID] = mapped_column(ForeignKey("block_type.id", ondelete="CASCADE"))
    checksum: Mapped[str]
    version: Mapped[str]
    fields: Mapped[dict[str, Any]]
    capabilities: Mapped[list[str]]

    __table_args__ = (
        UniqueConstraint("workspace_id", "checksum", "version"),
        Index(None, "block_type_id"),
    )


class BlockDocument(Base, Entity, Tenant):
    """What was saved under a name. *data* is one token of the vault, the whole JSON encrypted."""

    __tablename__ = "block_document"

    block_type_id: Mapped[UUID] = mapped_column(ForeignKey("block_type.id", ondelete="CASCADE"))
    block_schema_id: Mapped[UUID] = mapped_column(ForeignKey("block_schema.id", ondelete="CASCADE"))
    name: Mapped[str]
    data: Mapped[str]
    is_anonymous: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("block_type_id", "name"),
        Index(None, "block_schema_id"),
        Index(None, "workspace_id", "name"),
    )


class BlockDocumentReference(Base, Tenant):
    """A key of a document's data whose value is another document."""

    __tablename__ = "block_document_reference"

    parent_block_document_id: Mapped[UUID] = mapped_column(
        ForeignKey("block_document.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    reference_block_document_id: Mapped[UUID] = mapped_column(
        ForeignKey("block_document.id", ondelete="CASCADE")
    )

    __table_args__ = (Index(None, "reference_block_document_id"),)
