"""Statements that add a row, or change the one that is there under its key."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def make_upserts(
    table: Table,
    keys: Sequence[str],
    changed: Sequence[str],
    shown: Sequence[ColumnElement[object]] = (),
) -> dict[str, Insert]:
    """Return what adds a row or, where its *keys* are taken, sets *changed*; by dialect.

    It gives *shown* of the row that is there then.
    """

    # The same words, but each dialect has its own class for them.
    def make(add: sqlite.Insert | postgresql.Insert) -> Insert:
        values = {name: add.excluded[name] for name in changed}
        made = add.on_conflict_do_update(index_elements=keys, set_=values)
        return made.returning(*shown) if shown else made

    return {"sqlite": make(sqlite.insert(table)), "postgresql": make(postgresql.insert(table))}
