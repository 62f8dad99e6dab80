"""An empty SQLite database that is made in one go is the one that the chain makes."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from contrib.whole import describe_whole
from headwater.db import migrations
from headwater.db.base import db
from headwater.db.migrations import Schema
from headwater.testing.storage import make_app

NEWEST = migrations.revisions()[-1]
NEXT = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "9999", "{newest}"

def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture(autouse=True)
def database(tmp_path: Path) -> Iterator[None]:
    with make_app(f"sqlite:///{tmp_path}/headwater.db"):
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Migrations that a test may change."""
    copy = Path(shutil.copytree(migrations.MIGRATIONS, tmp_path / "migrations"))
    monkeypatch.setattr(migrations, "MIGRATIONS", copy)
    monkeypatch.setattr(migrations, "revisions", migrations.revisions.__wrapped__)
    return copy


def read(statement: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def read_all() -> dict[str, list[tuple[Any, ...]]]:
    """Return all tables and indexes as they were declared, and all rows but for their times."""
    declared = [
        (kind, name, table, sql and [line.rstrip() for line in sql.rstrip().splitlines()])
        for kind, name, table, sql in read("SELECT type, name, tbl_name, sql FROM sqlite_master")
    ]
    tables = [name for kind, name, *_ in declared if kind == "table"]
    rows = {name: read(f'SELECT * FROM "{name}"') for name in tables}  # noqa: S608  # its names
    times = "length(created), created = updated, datetime(created) <= datetime('now')"
    rows["workspace"] = read(f"SELECT id, name, {times} FROM workspace")  # noqa: S608
    rows["sqlite_sequence"] = read("SELECT * FROM sqlite_sequence WHERE seq > 0")  # 0 is as none
    return {"": sorted(declared, key=lambda one: one[:2])} | rows


def test_the_file_is_what_the_chain_makes() -> None:
    migrations.upgrade(NEWEST)  # by its name: through all revisions

    whole = Path(migrations.MIGRATIONS, "sqlite.sql").read_text()
    assert whole == describe_whole(), "for a new one: .venv/bin/python -m contrib.whole"


def test_both_ways_make_the_same_tables_and_rows() -> None:
    migrations.upgrade(NEWEST)
    by_the_chain = read_all()
    migrations.downgrade("base")
    changes: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        changes.append(statement)

    migrations.upgrade()

    assert read_all() == by_the_chain
    assert not [one for one in changes if one.startswith("UPDATE")]  # a step of the chain


def test_migrations_that_the_file_lacks_are_run_after_it(folder: Path) -> None:
    (folder / "versions/9999_next.py").write_text(NEXT.format(newest=NEWEST))

    migrations.upgrade()

    assert read("SELECT version_num FROM alembic_version") == [("9999",)]
    assert read("SELECT id FROM later") == []
    assert len(read("SELECT id FROM workspace")) == 1


def test_a_file_that_fails_leaves_nothing_behind(folder: Path) -> None:
    with (folder / "sqlite.sql").open("a") as file:
        file.write("INSERT INTO nowhere VALUES (1);\n")

    with pytest.raises(Exception, match="nowhere"):
        migrations.upgrade()

    assert read("SELECT name FROM sqlite_master") == []
    assert migrations.check() is Schema.EMPTY
