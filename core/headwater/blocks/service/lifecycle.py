"""The events that tell of changes to blocks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.blocks.rules.secrets import mask, secret_fields
from headwater.blocks.schemas.types import BlockType
from headwater.db.json import parse
from headwater.events import log
from headwater.events.schemas import RESOURCE_ROLE, Event, Labels, make_resource
from headwater.ids import uuid7

_TYPE_TOLD = (
    "name",
    "slug",
    "logo_url",
    "documentation_url",
    "description",
    "code_example",
    "is_protected",
)


def tell_of_type(
    session: Session, workspace: UUID, what: str, block_type: BlockType, *, now: datetime
) -> None:
    """Append that a type was *what*: created, updated or deleted."""
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.block-type.{what}",
        resource=make_resource(f"prefect.block-type.{block_type.id}", name=block_type.name),
        payload={name: getattr(block_type, name) for name in _TYPE_TOLD},
    )
    log.append(session, workspace, [event], now=now)


def tell_of_document(
    session: Session,
    workspace: UUID,
    what: str,
    document: Row[Any],
    data: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Append that a named document was *what*, with those texts of its data that are no secrets."""
    if document.is_anonymous:
        return
    secret = secret_fields(parse(document.schema_fields))
    masked = mask(data, secret)
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.block-document.{what}",
        resource=make_resource(f"prefect.block-document.{document.id}", name=document.name),
        related=_related(document),
        payload={
            "name": document.name,
            "data": {
                key: value
                for key, value in masked.items()
                if isinstance(value, str) and value == data[key] and key not in secret
            },
            "block_schema": {
                "capabilities": parse(document.schema_capabilities),
                "block_type": {"id": str(document.block_type_id), "name": document.type_name},
            },
        },
    )
    log.append(session, workspace, [event], now=now)


def _related(document: Row[Any]) -> list[Labels]:
    return [
        make_resource(f"prefect.block-type.{document.block_type_id}", name=document.type_name)
        | {RESOURCE_ROLE: "block-type"},
        make_resource(f"prefect.block-schema.{document.block_schema_id}")
        | {RESOURCE_ROLE: "block-schema"},
    ]
