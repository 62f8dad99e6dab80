"""What is added to the event log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from headwater.db.bulk import insert_from_json
from headwater.db.hot import HotStatement
from headwater.db.upserts import insert_new
from headwater.events.models import Event

_TABLE = Event.__table__
_ADD = insert_new(_TABLE, ["id"]).returning(_TABLE.c.id)
_ADD_ONE = HotStatement(_ADD)
_ADD_NEW = HotStatement(insert(_TABLE))
_ADD_AS_JSON = (
    insert_from_json(_TABLE).on_conflict_do_nothing(index_elements=["id"]).returning(_TABLE.c.id)
)


def add_event(session: Session, row: dict[str, Any]) -> None:
    """Add a row whose id is not there yet."""
    _ADD_NEW.later(session, row)


def add_events(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add the rows whose ids are not there yet; return the ids of those."""
    if len(rows) == 1:
        return {row.id for row in _ADD_ONE.all(session, rows[0])}
    if session.get_bind().dialect.name == "postgresql":
        return set(session.execute(_ADD_AS_JSON, {"rows": rows}).scalars())
    return set(session.execute(_ADD, rows).scalars())
