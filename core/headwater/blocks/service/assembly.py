"""Puts documents together for an answer: decrypted, masked, with all that they refer to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic_core import from_json
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.blocks.queries import documents, schemas, types
from headwater.blocks.rules.secrets import mask, secret_fields
from headwater.blocks.schemas.documents import BlockDocument, Reference, ReferencedDocument
from headwater.db.json import dump, fragment, parse
from headwater.db.vault import Vault


def encrypt(vault: Vault, data: Mapping[str, Any]) -> str:
    return vault.encrypt(dump(data).encode())


def decrypt(vault: Vault, document: Row[Any]) -> dict[str, Any]:
    return dict(from_json(vault.decrypt(document.data)))


class Assembly:
    """Of one answer: each document in it is decrypted once, each schema parsed once."""

    def __init__(self, session: Session, vault: Vault, *, include_secrets: bool = False) -> None:
        self._session = session
        self._vault = vault
        self._include_secrets = include_secrets
        self._secret: dict[UUID, list[str]] = {}
        self._data: dict[UUID, orjson.Fragment] = {}
        self._children: dict[UUID, list[Row[Any]]] = defaultdict(list)

    def of(self, row: Row[Any]) -> BlockDocument:
        return self.of_all([row])[0]

    def of_all(self, rows: Sequence[Row[Any]]) -> list[BlockDocument]:
        for child in documents.list_referenced(self._session, [row.id for row in rows]):
            self._children[child.parent_block_document_id].append(child)
        return [self._document(row) for row in rows]

    def _document(self, row: Row[Any]) -> BlockDocument:
        block_type = types.make_type(row, "type_")
        return BlockDocument(
            id=row.id,
            created=row.created,
            updated=row.updated,
            name=row.name,
            data=self._data_of(row),
            block_schema_id=row.block_schema_id,
            block_schema=schemas.make_schema(row, "schema_"),
            block_type_id=row.block_type_id,
            block_type_name=block_type.name,
            block_type=block_type,
            block_document_references=self._references(row),
            is_anonymous=row.is_anonymous,
        )

    def _references(self, row: Row[Any]) -> dict[str, Reference]:
        return {
            child.key: Reference(
                ReferencedDocument(
                    id=child.id,
                    name=child.name,
                    block_type=types.make_type(child, "type_"),
                    is_anonymous=child.is_anonymous,
                    block_document_references=self._references(child),
                )
            )
            for child in self._children.get(row.id, ())
        }

    def _data_of(self, row: Row[Any]) -> orjson.Fragment:
        """Return the data as JSON: each child is masked by its own schema, not by its parent's."""
        if row.id not in self._data:
            data = decrypt(self._vault, row)
            if not self._include_secrets:
                data = mask(data, self._secret_fields(row))
            # Each value apart, since orjson alone would refuse big integers.
            values = {key: fragment(value) for key, value in data.items()}
            for child in self._children.get(row.id, ()):
                values[child.key] = self._data_of(child)
            self._data[row.id] = orjson.Fragment(orjson.dumps(values))
        return self._data[row.id]

    def _secret_fields(self, row: Row[Any]) -> list[str]:
        if row.block_schema_id not in self._secret:
            self._secret[row.block_schema_id] = secret_fields(parse(row.schema_fields))
        return self._secret[row.block_schema_id]
