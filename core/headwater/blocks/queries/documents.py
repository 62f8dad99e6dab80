"""Every statement over block documents and what they refer to.

A document's row has its own columns, those of its type (`type_...`), of its schema (`schema_...`)
and of the schema's type (`schema_type_...`): nobody made sure that the two types are one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.access.models import Workspace
from headwater.blocks.models import (
    BlockDocument,
    BlockDocumentReference,
    BlockSchema,
    BlockType,
)
from headwater.blocks.queries import schemas, types
from headwater.blocks.queries.matching import match_documents
from headwater.blocks.rules.references import Edge
from headwater.blocks.schemas import documents as wire
from headwater.db.upserts import insert_new
from headwater.errors import NotFoundError

_document, _reference = BlockDocument.__table__, BlockDocumentReference.__table__
_type, _schema = BlockType.__table__, BlockSchema.__table__
_schema_type = _type.alias("schema_type")

_OWN = [column for column in _document.c if column.name != "workspace_id"]
_SCHEMA_TYPE = [_schema_type.c[c.name].label(f"schema_type_{c.name}") for c in types.COLUMNS]
_DOCUMENTS = (
    select(*_OWN, *types.LABELLED, *schemas.LABELLED, *_SCHEMA_TYPE)
    .join(_type, _type.c.id == _document.c.block_type_id)
    .join(_schema, _schema.c.id == _document.c.block_schema_id)
    .join(_schema_type, _schema_type.c.id == _schema.c.block_type_id)
)
_OF_WORKSPACE = _DOCUMENTS.where(_document.c.workspace_id == bindparam("workspace"))
_DOCUMENT = _OF_WORKSPACE.where(_document.c.id == bindparam("document_id"))
_LOCKED = _DOCUMENT.with_for_update(of=_document)
_OF_SLUGS = _OF_WORKSPACE.where(_type.c.slug.in_(bindparam("slugs", expanding=True)))
_OF_NAME = _OF_WORKSPACE.where(
    _type.c.slug == bindparam("slug"), _document.c.name == bindparam("name")
)
_KNOWN_IDS = select(_document.c.id).where(
    _document.c.workspace_id == bindparam("workspace"),
    _document.c.id.in_(bindparam("document_ids", expanding=True)),
)
_TOKENS = select(_document.c.id, _document.c.data).with_for_update()
_ORDERS = {
    wire.BlockDocumentSort.NAME_ASC: (_document.c.name, _document.c.id),
    wire.BlockDocumentSort.NAME_DESC: (_document.c.name.desc(), _document.c.id),
    wire.BlockDocumentSort.BLOCK_TYPE_AND_NAME_ASC: (
        _type.c.name,
        _document.c.name,
        _document.c.id,
    ),
}

# All that the roots refer to, at once; UNION visits nothing twice.
_roots = select(_document.c.id).where(_document.c.id.in_(bindparam("roots", expanding=True)))
_held = _roots.cte("held", recursive=True)
_held = _held.union(
    select(_reference.c.reference_block_document_id).join(
        _held, _held.c.id == _reference.c.parent_block_document_id
    )
)
_REFERENCED = (
    select(
        _reference.c.parent_block_document_id,
        _reference.c.name.label("key"),
        *_DOCUMENTS.selected_columns,
    )
    .join(_held, _held.c.id == _reference.c.parent_block_document_id)
    .join(_document, _document.c.id == _reference.c.reference_block_document_id)
    .join(_type, _type.c.id == _document.c.block_type_id)
    .join(_schema, _schema.c.id == _document.c.block_schema_id)
    .join(_schema_type, _schema_type.c.id == _schema.c.block_type_id)
    .order_by(_reference.c.name)
)
# All that refers to a document, by others too.
_holders = select(_document.c.id).where(_document.c.id == bindparam("document_id"))
_holding = _holders.cte("holding", recursive=True)
_holding = _holding.union(
    select(_reference.c.parent_block_document_id).join(
        _holding, _holding.c.id == _reference.c.reference_block_document_id
    )
)
_edge = (_reference.c.parent_block_document_id, _reference.c.reference_block_document_id)
# Each edge as often as there is one: an answer holds a document once for each key.
_EDGES = select(*_edge, _reference.c.name).where(
    or_(
        _reference.c.parent_block_document_id.in_(select(_held.c.id)),
        _reference.c.reference_block_document_id.in_(select(_holding.c.id)),
    )
)
_LOCK_REFERENCES = select(Workspace.id).where(Workspace.id == bindparam("workspace"))
_LOCK_REFERENCES = _LOCK_REFERENCES.with_for_update()

_THIS = (_document.c.workspace_id == bindparam("workspace"), _document.c.id == bindparam("this"))
_CHANGE, _DELETE = update(_document).where(*_THIS), delete(_document).where(*_THIS)
_SET_TOKEN = update(_document).where(_document.c.id == bindparam("this"))
_SET_TOKEN = _SET_TOKEN.values(data=bindparam("token"), updated=_document.c.updated)
_ADD_REFERENCES = insert(_reference)
_DELETE_REFERENCES = delete(_reference).where(
    _reference.c.parent_block_document_id == bindparam("this")
)
_ADD = insert_new(_document).returning(_document.c.id)


def find_document(session: Session, workspace: UUID, document_id: UUID) -> Row[Any] | None:
    return session.execute(_DOCUMENT, {"workspace": workspace, "document_id": document_id}).first()


def get_document(session: Session, workspace: UUID, document_id: UUID) -> Row[Any]:
    return _existing(find_document(session, workspace, document_id))


def get_locked_document(session: Session, workspace: UUID, document_id: UUID) -> Row[Any]:
    """Return the document, locked where the database locks rows."""
    values = {"workspace": workspace, "document_id": document_id}
    return _existing(session.execute(_LOCKED, values).first())


def find_document_by_name(
    session: Session, workspace: UUID, slug: str, name: str
) -> Row[Any] | None:
    values = {"workspace": workspace, "slug": slug, "name": name}
    return session.execute(_OF_NAME, values).first()


def get_document_by_name(session: Session, workspace: UUID, slug: str, name: str) -> Row[Any]:
    return _existing(find_document_by_name(session, workspace, slug, name))


def list_documents(
    session: Session, workspace: UUID, wanted: wire.BlockDocumentsWanted
) -> Sequence[Row[Any]]:
    page = _DOCUMENTS.where(match_documents(session, workspace, wanted))
    page = page.order_by(*_ORDERS[wanted.sort or wire.BlockDocumentSort.NAME_ASC])
    return session.execute(page.limit(wanted.page_limit).offset(wanted.offset)).all()


def list_documents_of_types(
    session: Session, workspace: UUID, slugs: Iterable[str]
) -> Sequence[Row[Any]]:
    """Return all named documents of these types, by name."""
    named = _OF_SLUGS.where(_document.c.is_anonymous.is_(False))
    named = named.order_by(_document.c.name, _document.c.id)
    return session.execute(named, {"workspace": workspace, "slugs": list(slugs)}).all()


def count_documents(session: Session, workspace: UUID, wanted: wire.BlockDocumentsCounted) -> int:
    matching = match_documents(session, workspace, wanted)
    count = select(func.count()).select_from(_document).where(matching)
    return session.execute(count).scalar_one()


def list_referenced(session: Session, document_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Return what these documents refer to, and what that refers to: each with its *key* in the
    data of *parent_block_document_id*."""
    if not document_ids:
        return []
    return session.execute(_REFERENCED, {"roots": list(document_ids)}).all()


def list_known_ids(session: Session, workspace: UUID, document_ids: Iterable[UUID]) -> set[UUID]:
    values = {"workspace": workspace, "document_ids": list(document_ids)}
    return set(session.execute(_KNOWN_IDS, values).scalars())


def lock_references(session: Session, workspace: UUID) -> None:
    """Let one at a time change what refers to what: two could close a circle together."""
    session.execute(_LOCK_REFERENCES, {"workspace": workspace})


def list_edges(session: Session, document_id: UUID, references: Iterable[UUID]) -> list[Edge]:
    """Return the references below *references* and those above *document_id*."""
    values = {"roots": list(references), "document_id": document_id}
    return [Edge(parent, child) for parent, child, _ in session.execute(_EDGES, values)]


def add_document(session: Session, row: Mapping[str, Any]) -> bool:
    """Add a document; say whether its name was free."""
    return session.execute(_ADD, row).first() is not None


def change_document(
    session: Session, workspace: UUID, document_id: UUID, changes: Mapping[str, Any]
) -> None:
    session.execute(_CHANGE.values(**changes), {"workspace": workspace, "this": document_id})


def delete_document(session: Session, workspace: UUID, document_id: UUID) -> None:
    session.execute(_DELETE, {"workspace": workspace, "this": document_id})


def set_references(
    session: Session, workspace: UUID, document_id: UUID, references: Mapping[str, UUID]
) -> None:
    """Let the document refer to these, and to no others."""
    session.execute(_DELETE_REFERENCES, {"this": document_id})
    add_references(session, workspace, document_id, references)


def add_references(
    session: Session, workspace: UUID, document_id: UUID, references: Mapping[str, UUID]
) -> None:
    if not references:
        return
    rows = [
        {
            "workspace_id": workspace,
            "parent_block_document_id": document_id,
            "name": name,
            "reference_block_document_id": reference,
        }
        for name, reference in references.items()
    ]
    session.execute(_ADD_REFERENCES, rows)


def list_tokens(session: Session) -> dict[UUID, str]:
    """Return the encrypted data of all documents of all workspaces, locked."""
    return {row.id: row.data for row in session.execute(_TOKENS)}


def set_tokens(session: Session, tokens: Mapping[UUID, str]) -> None:
    rows = [{"this": document_id, "token": token} for document_id, token in tokens.items()]
    if rows:
        session.connection().execute(_SET_TOKEN, rows)


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Block document not found")
    return row
