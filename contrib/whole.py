"""Writes migrations/sqlite.sql, from which an empty SQLite database is made in one go.

Run it after a new migration: the file is what the chain makes. Without, an empty database is made
by the file as it was and the migrations since, which takes longer.

    .venv/bin/python -m contrib.whole
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from headwater.db import migrations
from headwater.db.base import db
from headwater.testing.units import make_app

# As text, not read from the tables: their times are those of the start that makes them.
ROWS = """\
INSERT INTO workspace (id, name, created, updated)
VALUES ('00000000000000000000000000000001', 'default', {now}, {now})""".format(
    now="strftime('%Y-%m-%d %H:%M:%f000', 'now')"
)


def describe_whole() -> str:
    """Return the statements that make what is in the current app's database, SQLite at the head."""
    made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    version = migrations.VERSION_TABLE
    with db.engine.connect() as connection:
        statements = list(connection.exec_driver_sql(f"{made} ORDER BY rowid").scalars())
    # One that was taken down to nothing keeps that table.
    known = f"CREATE TABLE {version}"
    lines = [line.replace(known, f"CREATE TABLE IF NOT EXISTS {version}") for line in statements]
    lines += [ROWS, f"INSERT INTO {version} VALUES ('{migrations.revisions()[-1]}')"]  # noqa: S608  # ours
    return migrations.END_OF_STATEMENT.join(map(_tidy, lines)) + ";\n"


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.splitlines())


if __name__ == "__main__":
    with TemporaryDirectory() as folder, make_app(f"sqlite:///{folder}/whole.db"):
        migrations.upgrade(migrations.revisions()[-1])  # by its name: by the chain
        Path(migrations.MIGRATIONS, "sqlite.sql").write_text(describe_whole())
