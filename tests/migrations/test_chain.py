"""The chain of migrations: forth, back and forth again with rows in every table, as the models."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    event,
    func,
    inspect,
    literal,
    select,
    table,
    union_all,
)
from sqlalchemy.types import Integer

from headwater.db import migrations
from headwater.db.base import ONLY, db
from headwater.db.migrations import Schema
from headwater.paths import MIGRATIONS
from headwater.testing.storage import make_app

# SQLAlchemy cannot read back indexes of expressions on SQLite; a test below does without it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based"),
]
REVISIONS = migrations.revisions()
numbers = count(1)


@pytest.fixture(autouse=True)
def database(new_database: Callable[[], str]) -> Iterator[None]:
    with make_app(new_database()):
        yield


def test_each_revision_goes_up_down_and_up_with_rows_in_every_table() -> None:
    for before, revision in pairwise(("base", *REVISIONS)):
        kept = count_rows()
        migrations.upgrade(revision)
        fill_tables()
        migrations.downgrade(before)
        assert count_rows().keys() == kept.keys(), revision
        migrations.upgrade(revision)
        fill_tables()
        assert all(rows >= kept.get(name, 1) for name, rows in count_rows().items()), revision


def test_rows_pass_through_the_whole_chain() -> None:
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine, "before_cursor_execute", bracket, retval=True)
    for revision in REVISIONS:
        kept = count_rows()
        migrations.upgrade(revision)
        assert all(rows >= kept.get(name, 0) for name, rows in count_rows().items())
        fill_tables()
    migrations.downgrade("base")

    assert count_rows() == {}
    migrations.upgrade()
    assert migrations.check() is Schema.CURRENT


def bracket(
    _connection: Any, _cursor: Any, statement: str, values: Any, *_: Any
) -> tuple[str, Any]:
    """Put names in brackets: such is a name or an error.

    Newer builds of SQLite refuse a text in double quotes, which this one takes where no column has
    that name.
    """
    parts = statement.split("'")  # every second is a text
    parts[::2] = [re.sub('"([^"]*)"', r"[\1]", part) for part in parts[::2]]
    return "'".join(parts), values


def test_rows_that_refer_to_others_survive_that_the_others_table_is_made_anew() -> None:
    migrations.upgrade()
    fill_tables()
    kept = count_rows()
    with migrations.storage_of(db.engine).migrating(db.engine) as connection:
        from alembic.operations import Operations
        from alembic.runtime.migration import MigrationContext

        with connection.begin():
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("flow", recreate="auto") as batch:
                batch.alter_column("name", nullable=True)

    assert count_rows() == kept


def test_the_models_and_the_chain_make_the_same_tables() -> None:
    migrations.upgrade(REVISIONS[-1])  # by its name: on SQLite, too, by the chain
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    command.check(config)  # raises for any difference


def test_the_chain_makes_the_indexes_of_the_models_for_its_kind_of_database() -> None:
    # Alembic passes over those of expressions on SQLite, and so would a table made anew.
    migrations.upgrade(REVISIONS[-1])
    kind = db.engine.dialect.name
    catalog = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE starts_with(indexname, 'ix_')",
    }

    with db.engine.connect() as connection:
        made = set(connection.exec_driver_sql(catalog[kind]).scalars())

    of_models = [index for table in db.metadata.tables.values() for index in table.indexes]
    assert made == {index.name for index in of_models if index.info.get(ONLY, kind) == kind}


def test_the_names_of_the_files_tell_the_chain_without_alembic() -> None:
    chain = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]

    assert tuple(reversed(chain)) == REVISIONS


def reflected() -> list[Table]:
    metadata = MetaData()
    metadata.reflect(db.engine)
    return [table for table in metadata.sorted_tables if table.name != migrations.VERSION_TABLE]


def count_rows() -> dict[str, int]:
    with db.engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {migrations.VERSION_TABLE}
        counts = [
            select(literal(name).label("name"), func.count().label("rows")).select_from(table(name))
            for name in names
        ]
        rows = connection.execute(union_all(*counts)).all() if counts else []
    return {row.name: row.rows for row in rows}


def fill_tables() -> None:
    """Put one more row into each table that there is, whatever its columns are."""
    rows: dict[str, dict[str, Any]] = {}
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        for table in reflected():
            rows[table.name] = {column.name: value_for(column, rows) for column in table.columns}
            connection.execute(table.insert(), rows[table.name])


def value_for(column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return None if column.nullable else rows[column.table.name][key.column.name]
        return rows[key.column.table.name][key.column.name]
    kind = column.type
    if isinstance(kind, Uuid):
        return uuid4()
    if isinstance(kind, String):
        return uuid4().hex if getattr(kind, "length", None) == 32 else f"text {next(numbers)}"
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Float | Integer | Numeric):
        return next(numbers)
    if isinstance(kind, DateTime):
        return datetime.now(UTC)
    if isinstance(kind, LargeBinary):
        return b"bytes"
    if isinstance(kind, JSON):
        return {}
    raise AssertionError(f"no value is known for {column} of type {kind!r}")
