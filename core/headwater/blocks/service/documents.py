"""What the server does with block documents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.blocks.queries import documents, schemas, types
from headwater.blocks.rules import references as rules
from headwater.blocks.rules.secrets import secret_fields, unmask
from headwater.blocks.schemas.documents import (
    BlockDocument,
    BlockDocumentCreate,
    BlockDocumentsWanted,
    BlockDocumentUpdate,
)
from headwater.blocks.service.assembly import Assembly, decrypt, encrypt
from headwater.blocks.service.lifecycle import tell_of_document
from headwater.db.json import parse
from headwater.db.vault import Vault
from headwater.errors import BadRequestError, ConflictError, NotFoundError
from headwater.ids import uuid7
from headwater.web.errors import CONFLICT


class OpenDocument(NamedTuple):
    """A document with its secrets in clear, never to log.

    *version* is when it was last changed; None where it refers to others, which change by
    themselves.
    """

    type_slug: str
    name: str
    data: dict[str, Any]
    version: datetime | None


def create(
    session: Session, workspace: UUID, new: BlockDocumentCreate, vault: Vault, *, now: datetime
) -> BlockDocument:
    if types.find_type(session, workspace, new.block_type_id) is None:
        raise NotFoundError(f"Block type {new.block_type_id} not found.")
    if schemas.find_schema(session, workspace, new.block_schema_id) is None:
        raise ConflictError(CONFLICT)
    plain, references = rules.split(new.data)
    document_id = uuid7()
    row = {
        "id": document_id,
        "workspace_id": workspace,
        "created": now,
        "updated": now,
        "name": new.name or f"anonymous-{uuid4()}",
        "data": encrypt(vault, plain),
        "is_anonymous": new.is_anonymous,
        "block_type_id": new.block_type_id,
        "block_schema_id": new.block_schema_id,
    }
    if not documents.add_document(session, row):
        raise ConflictError("Block already exists")
    if references:
        documents.lock_references(session, workspace)
        _check_references(session, workspace, document_id, references)
        documents.add_references(session, workspace, document_id, references)
    document = documents.get_document(session, workspace, document_id)
    tell_of_document(session, workspace, "created", document, plain, now=now)
    return Assembly(session, vault).of(document)


def update(
    session: Session,
    workspace: UUID,
    document_id: UUID,
    change: BlockDocumentUpdate,
    vault: Vault,
    *,
    now: datetime,
) -> None:
    """Change data and schema as the clients' own server does.

    Merging is of the top level only, and a reference that is not sent again is gone; without data
    in the request a merge changes nothing at all. A secret sent back masked stays as it is.
    """
    if rules.has_references(change.data):
        documents.lock_references(session, workspace)
    document = documents.get_locked_document(session, workspace, document_id)
    if change.merge_existing_data and "data" not in change.model_fields_set:
        return
    current = decrypt(vault, document)
    data = unmask(change.data, current, secret_fields(parse(document.schema_fields)))
    plain, references = rules.split(current | data if change.merge_existing_data else data)
    changes = {
        "data": encrypt(vault, plain),
        "block_schema_id": _schema_for(session, workspace, document, change.block_schema_id),
        "updated": now,
    }
    _check_references(session, workspace, document_id, references)
    documents.change_document(session, workspace, document_id, changes)
    documents.set_references(session, workspace, document_id, references)
    changed = documents.get_document(session, workspace, document_id)
    tell_of_document(session, workspace, "updated", changed, plain, now=now)


def rename(
    session: Session,
    workspace: UUID,
    document_id: UUID,
    name: str,
    vault: Vault,
    *,
    now: datetime,
) -> None:
    """Give a document another name; raise ConflictError where one of its type has it."""
    document = documents.get_locked_document(session, workspace, document_id)
    named = documents.find_document_by_name(session, workspace, document.type_slug, name)
    if named is not None and named.id != document_id:
        raise ConflictError("Block already exists")
    documents.change_document(session, workspace, document_id, {"name": name, "updated": now})
    renamed = documents.get_document(session, workspace, document_id)
    tell_of_document(session, workspace, "updated", renamed, decrypt(vault, renamed), now=now)


def delete(
    session: Session, workspace: UUID, document_id: UUID, vault: Vault, *, now: datetime
) -> None:
    """Delete a document; where others refer to it, their keys go too."""
    document = documents.get_document(session, workspace, document_id)
    documents.delete_document(session, workspace, document_id)
    tell_of_document(session, workspace, "deleted", document, decrypt(vault, document), now=now)


def get(
    session: Session,
    workspace: UUID,
    document_id: UUID,
    vault: Vault,
    *,
    include_secrets: bool = False,
) -> BlockDocument:
    document = documents.get_document(session, workspace, document_id)
    return Assembly(session, vault, include_secrets=include_secrets).of(document)


def get_by_name(
    session: Session,
    workspace: UUID,
    slug: str,
    name: str,
    vault: Vault,
    *,
    include_secrets: bool = False,
) -> BlockDocument:
    document = documents.get_document_by_name(session, workspace, slug, name)
    return Assembly(session, vault, include_secrets=include_secrets).of(document)


def list_wanted(
    session: Session, workspace: UUID, wanted: BlockDocumentsWanted, vault: Vault
) -> list[BlockDocument]:
    rows = documents.list_documents(session, workspace, wanted)
    return Assembly(session, vault, include_secrets=wanted.include_secrets).of_all(rows)


def list_of_type(
    session: Session, workspace: UUID, slug: str, vault: Vault, *, include_secrets: bool = False
) -> list[BlockDocument]:
    """Return all named documents of a type, by name; raise NotFoundError where there is no type."""
    types.get_type_by_slug(session, workspace, slug)
    rows = documents.list_documents_of_types(session, workspace, [slug])
    return Assembly(session, vault, include_secrets=include_secrets).of_all(rows)


def get_data(session: Session, workspace: UUID, document_id: UUID, vault: Vault) -> OpenDocument:
    return _open(session, documents.get_document(session, workspace, document_id), vault)


def get_locked_data(
    session: Session, workspace: UUID, document_id: UUID, vault: Vault
) -> OpenDocument:
    """Return what others cannot change before this transaction ends."""
    return _open(session, documents.get_locked_document(session, workspace, document_id), vault)


def _open(session: Session, document: Row[Any], vault: Vault) -> OpenDocument:
    whole = Assembly(session, vault, include_secrets=True).of(document)
    version = None if whole.block_document_references else document.updated
    return OpenDocument(whole.block_type.slug, whole.name, parse(whole.data), version)


def find_id_by_name(session: Session, workspace: UUID, slug: str, name: str) -> UUID | None:
    document = documents.find_document_by_name(session, workspace, slug, name)
    return None if document is None else UUID(str(document.id))


def list_of_types(session: Session, workspace: UUID, slugs: Iterable[str]) -> Sequence[Row[Any]]:
    """Return the rows of all named documents of these types, by name: *id*, *name*, *type_slug*,
    *type_name*, and *data* as it lies encrypted."""
    return documents.list_documents_of_types(session, workspace, slugs)


def renew_encryption(session: Session, vault: Vault) -> None:
    """Encrypt with the vault's first key what an older one encrypted, in all workspaces."""
    tokens = documents.list_tokens(session)
    renewed = {document_id: vault.renew(token) for document_id, token in tokens.items()}
    changed = {key: token for key, token in renewed.items() if token != tokens[key]}
    documents.set_tokens(session, changed)


def _schema_for(session: Session, workspace: UUID, document: Row[Any], wanted: UUID | None) -> UUID:
    if wanted is None or wanted == document.block_schema_id:
        return UUID(str(document.block_schema_id))
    schema = schemas.find_schema(session, workspace, wanted)
    if schema is None:
        raise ConflictError(CONFLICT)
    if schema.block_type_id != document.block_type_id:
        raise BadRequestError(
            "Must migrate block document to a block schema of the same block type."
        )
    return wanted


def _check_references(
    session: Session, workspace: UUID, document_id: UUID, references: Mapping[str, UUID]
) -> None:
    """Raise ConflictError for an unknown document, BadRequestError for a circle or too much."""
    if not references:
        return
    wanted = list(references.values())
    if documents.list_known_ids(session, workspace, wanted) != set(wanted):
        raise ConflictError(CONFLICT)
    rules.check(document_id, wanted, documents.list_edges(session, document_id, wanted))
