"""Statements over what is set for all clients of a workspace."""

from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.models import Configuration
from headwater.db.upserts import make_upserts

_table = Configuration.__table__
_STORAGE = "default-result-storage"
_VALUE = select(_table.c.value).where(_table.c.key == bindparam("name"))
_FORGET = delete(_table).where(_table.c.key == bindparam("name"))
_KEEP = make_upserts(_table, ["key"], ["value"])


def find_default_storage(session: Session, workspace: UUID) -> UUID | None:
    found = session.execute(_VALUE, {"name": _name(workspace)}).scalar()
    return None if found is None else UUID(parse(found))


def keep_default_storage(session: Session, workspace: UUID, document_id: UUID) -> None:
    keep = _KEEP[session.get_bind().dialect.name]
    session.execute(keep, {"key": _name(workspace), "value": str(document_id)})


def forget_default_storage(session: Session, workspace: UUID) -> None:
    session.execute(_FORGET, {"name": _name(workspace)})


def _name(workspace: UUID) -> str:
    return f"{_STORAGE}:{workspace}"
