"""Statements that add rows whose keys may be taken, each one for both databases.

SQLAlchemy has no INSERT ... ON CONFLICT of its own, only one in each dialect. PostgreSQL's serves
for both: SQLite's compiler asks a clause for its kind and its parts, not for its class, and they
are the same in both, RETURNING and `excluded` too. SQLAlchemy doesn't promise that, so
tests/db/test_upserts.py runs each form on both. Not `constraint=`, though: SQLite knows no
constraints by name.
"""

from collections.abc import Iterable

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert


def begin_upsert(table: Table) -> Insert:
    """Return an INSERT that is still to be told what becomes of taken keys: `on_conflict_...`."""
    return insert(table)


def insert_new(table: Table, keys: Iterable[str] | None = None) -> Insert:
    """Return what adds rows, and leaves out those whose *keys* are taken; None: any unique ones."""
    return insert(table).on_conflict_do_nothing(index_elements=keys)


def insert_or_change(table: Table, keys: Iterable[str], changed: Iterable[str]) -> Insert:
    """Return what adds a row or, where its *keys* are taken, sets *changed*."""
    add = insert(table)
    values = {name: add.excluded[name] for name in changed}
    return add.on_conflict_do_update(index_elements=keys, set_=values)
