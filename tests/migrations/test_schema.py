"""What the server makes of a database that it finds, and how it leaves one that is not its own."""

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, inspect, text

from headwater.db import migrations
from headwater.db.base import db
from headwater.db.migrations import Schema, SchemaError
from headwater.errors import ConfigError
from headwater.testing.storage import make_app

FAILING = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "9999", "{head}"

def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.bulk_insert(sa.table("half", sa.column("id", sa.Integer)), [{{"id": 1}}])
    op.add_column("flow", sa.Column("half", sa.String))
    op.execute("SELECT * FROM nowhere")

def downgrade():
    pass
"""


@pytest.fixture(autouse=True)
def database(new_database: Callable[[], str]) -> Iterator[str]:
    url = new_database()
    with make_app(url):
        yield url


def execute(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def table_names() -> list[str]:
    return sorted(inspect(db.engine).get_table_names())


def test_an_empty_database_is_empty_and_stays_so() -> None:
    assert migrations.check() is Schema.EMPTY
    assert table_names() == []


def test_a_database_is_current_after_an_upgrade_and_behind_after_a_downgrade() -> None:
    migrations.upgrade()
    assert migrations.check() is Schema.CURRENT

    migrations.downgrade("-1")
    assert migrations.check() is Schema.BEHIND

    migrations.downgrade("base")
    assert migrations.check() is Schema.EMPTY


def test_a_reset_empties_all_tables_and_makes_them_anew() -> None:
    migrations.upgrade()
    execute("INSERT INTO lease (name, holder, expires) VALUES ('a', 'b', '2026-01-01 00:00:00')")

    migrations.reset()

    assert migrations.check() is Schema.CURRENT
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM lease")) == 0


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (
            [
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('b02ee20b4c89')",
                "CREATE TABLE flow (id INTEGER)",
            ],
            "belongs to another program, at its revision b02ee20b4c89",
        ),
        (
            [
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('0001')",
                "CREATE TABLE orders (id INTEGER)",
            ],
            "tables of another program, such as orders",
        ),
        (["CREATE TABLE orders (id INTEGER)"], "tables of another program, such as orders"),
        (
            [
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('9998')",
            ],
            "at revision 9998, newer than",
        ),
    ],
)
def test_a_database_that_is_not_ours_is_refused_and_left_alone(
    statements: list[str], reason: str
) -> None:
    execute(*statements)
    before = table_names()

    for work in (migrations.check, migrations.upgrade, migrations.reset):
        with pytest.raises(SchemaError, match=reason):
            work()

    assert table_names() == before


def test_tables_of_plugins_do_not_make_a_database_another_programs() -> None:
    execute("CREATE TABLE plugin_mine_thing (id INTEGER)")

    assert migrations.check() is Schema.EMPTY


def test_a_revision_that_does_not_exist_is_told_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match="'0815'"):
        migrations.upgrade("0815")


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.upgrade()
    head = migrations.revisions()[-1]
    folder = Path(shutil.copytree(migrations.MIGRATIONS, tmp_path / "migrations"))
    (folder / "versions/9999_fails.py").write_text(FAILING.format(head=head))
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    before = table_names()

    with pytest.raises(Exception, match="nowhere"):
        migrations.upgrade()

    assert table_names() == before
    columns = inspect(db.engine).get_columns("flow")
    assert "half" not in [column["name"] for column in columns]
    with db.engine.connect() as connection:
        assert migrations.find_revision(connection) == head


@pytest.mark.parametrize("moment", range(6))  # which statement of the look it comes before
def test_tables_that_another_server_makes_meanwhile_are_ours(moment: int) -> None:
    statements = itertools.count()

    def migrate(*_: object) -> None:
        if next(statements) == moment:
            migrations.upgrade()

    with db.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", migrate)
        found = migrations.check_schema(connection)

    assert found in Schema
    assert next(statements) > moment or found is Schema.EMPTY


def test_processes_that_migrate_at_once_take_turns(database: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "headwater", "server", "database", "upgrade"]
    environment = {
        "HEADWATER_API_DATABASE_CONNECTION_URL": database,
        "HEADWATER_HOME": str(tmp_path),
    }
    both = [
        subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    errors = [process.communicate(timeout=60)[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], errors
    assert migrations.check() is Schema.CURRENT
