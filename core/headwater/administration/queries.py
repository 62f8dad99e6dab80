"""Statements over what is set for all clients of a workspace."""

from uuid import UUID

from sqlalchemy import Insert, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.models import Configuration

_table = Configuration.__table__
_STORAGE = "default-result-storage"
_VALUE = select(_table.c.value).where(_table.c.key == bindparam("name"))
_FORGET = delete(_table).where(_table.c.key == bindparam("name"))
_KEEP: dict[str, Insert] = {
    "sqlite": sqlite.insert(_table),
    "postgresql": postgresql.insert(_table),
}


def find_default_storage(session: Session, workspace: UUID) -> UUID | None:
    found = session.execute(_VALUE, {"name": _name(workspace)}).scalar()
    return None if found is None else UUID(parse(found))


def keep_default_storage(session: Session, workspace: UUID, document_id: UUID) -> None:
    add = _KEEP[session.get_bind().dialect.name]
    keep = add.on_conflict_do_update(  # type: ignore[attr-defined]  # both dialects have it
        index_elements=["key"],
        set_={"value": add.excluded.value},  # type: ignore[attr-defined]
    )
    session.execute(keep, {"key": _name(workspace), "value": str(document_id)})


def forget_default_storage(session: Session, workspace: UUID) -> None:
    session.execute(_FORGET, {"name": _name(workspace)})


def _name(workspace: UUID) -> str:
    return f"{_STORAGE}:{workspace}"
