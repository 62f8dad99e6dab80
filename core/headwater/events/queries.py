"""Every statement over the event log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from headwater.db.hot import HotStatement
from headwater.events.models import Event

_TABLE = Event.__table__
_COLUMNS = [column for column in _TABLE.c if column is not _TABLE.c.position]

_ADD = sqlite.insert(_TABLE).on_conflict_do_nothing(index_elements=["id"]).returning(_TABLE.c.id)
_ADD_ONE = {
    "sqlite": HotStatement(_ADD),
    "postgresql": HotStatement(
        postgresql.insert(_TABLE)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(_TABLE.c.id)
    ),
}
# All rows as one parameter: thousands of parameters cost the driver more than the rows themselves.
_ROWS = (
    func.json_to_recordset(bindparam("rows", type_=JSON))
    .table_valued(*(column(each.name, each.type) for each in _COLUMNS), name="rows")
    .render_derived(with_types=True)
)
_ADD_AS_JSON = (
    postgresql.insert(_TABLE)
    .from_select([each.name for each in _COLUMNS], select(*_ROWS.c))
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(_TABLE.c.id)
)


def add_events(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add the rows whose ids are not there yet; return the ids of those."""
    dialect = session.get_bind().dialect.name
    if len(rows) == 1:
        return {row.id for row in _ADD_ONE[dialect].all(session, rows[0])}
    if dialect == "postgresql":
        return set(session.execute(_ADD_AS_JSON, {"rows": rows}).scalars())
    return set(session.execute(_ADD, rows).scalars())
