"""Every statement over the event log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from headwater.events.models import Event

# The same words, but each dialect has its own class for them.
_ADD: dict[str, Insert] = {
    "sqlite": sqlite.insert(Event.__table__).on_conflict_do_nothing(index_elements=["id"]),
    "postgresql": postgresql.insert(Event.__table__).on_conflict_do_nothing(index_elements=["id"]),
}


def add_events(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(_ADD[session.get_bind().dialect.name], rows)
