"""Statements over what is set for all clients of a workspace, and over all that is in it."""

from functools import cache
from uuid import UUID

from sqlalchemy import Delete, Table, TextClause, bindparam, delete, select, text, true
from sqlalchemy.orm import Session

from headwater.db.base import db
from headwater.db.json import parse
from headwater.db.models import Configuration
from headwater.db.upserts import insert_or_change
from headwater.events.models import Event

_table, _event = Configuration.__table__, Event.__table__
_STORAGE = "default-result-storage"
_VALUE = select(_table.c.value).where(_table.c.key == bindparam("name"))
_FORGET = delete(_table).where(_table.c.key == bindparam("name"))
_KEEP = insert_or_change(_table, ["key"], ["value"])


def find_default_storage(session: Session, workspace: UUID) -> UUID | None:
    found = session.execute(_VALUE, {"name": _name(workspace)}).scalar()
    return None if found is None else UUID(parse(found))


def keep_default_storage(session: Session, workspace: UUID, document_id: UUID) -> None:
    session.execute(_KEEP, {"key": _name(workspace), "value": str(document_id)})


def forget_default_storage(session: Session, workspace: UUID) -> None:
    session.execute(_FORGET, {"name": _name(workspace)})


def lock_out_writers(session: Session) -> None:
    """Let nobody else write until the transaction ends, and let it last as long as it takes."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
        for statement in _lock_out():
            session.execute(statement)


def delete_all(session: Session, workspace: UUID, but: UUID) -> None:
    """Delete whatever is in a workspace, *but* one event."""
    for statement in _empty():
        session.execute(statement, {"workspace": workspace, "but": but})


@cache
def _lock_out() -> list[TextClause]:
    names = ", ".join(f'"{table.name}"' for table in reversed(_list_tables()))
    return [
        text("SET LOCAL statement_timeout = 0"),
        text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"),
    ]


@cache
def _empty() -> list[Delete]:
    kept = {_event: _event.c.id != bindparam("but")}
    return [
        delete(table).where(table.c.workspace_id == bindparam("workspace"), kept.get(table, true()))
        for table in _list_tables()
    ]


# Not at import: there are all tables only when all domains are there.
@cache
def _list_tables() -> list[Table]:
    """Return the event log, and then what refers to others before those: a cascade goes by row.

    They are locked the other way round, as others write, so that few have to be tried again.
    """
    tables = [one for one in reversed(db.metadata.sorted_tables) if "workspace_id" in one.c]
    return sorted(tables, key=lambda one: one is not _event)


def _name(workspace: UUID) -> str:
    return f"{_STORAGE}:{workspace}"
