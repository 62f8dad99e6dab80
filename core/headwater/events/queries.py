"""Every statement over the event log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from headwater.events.models import Event

_TABLE = Event.__table__
# The same words, but each dialect has its own class for them.
_ADD = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing(index_elements=["id"]),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing(index_elements=["id"]),
}
_ADD_NEW = {name: statement.returning(_TABLE.c.id) for name, statement in _ADD.items()}


def add_events(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add the rows whose ids are not there yet; return the ids of those."""
    statement = _ADD_NEW[session.get_bind().dialect.name]
    return set(session.execute(statement, rows).scalars())
