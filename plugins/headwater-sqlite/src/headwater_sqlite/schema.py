"""How the database is looked at without a trace, and how its tables are changed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from headwater.api import ConfigError
from headwater_sqlite.turn import Turn


@contextmanager
def look(path: Path) -> Iterator[Connection | None]:
    if path.exists():
        if not os.access(path, os.W_OK):
            raise ConfigError(f"the database {path} cannot be written by this user")
        with _read_only(path).connect() as connection:
            yield connection
    elif os.access(path.parent, os.W_OK | os.X_OK):
        yield None
    else:
        raise ConfigError(f"the database {path} cannot be made: its folder is missing or read-only")


@contextmanager
def migrating(engine: Engine, turn: Turn) -> Iterator[Connection]:
    """Hold the turn, so that no writer meets a table halfway."""
    turn.take()
    try:
        with engine.connect() as connection:
            # A table that is made anew is dropped, which would take along the rows of others that
            # refer to it.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
            event.listen(connection, "begin", _begin)
            try:
                yield connection
            finally:
                connection.invalidate()  # which undoes what was not committed, and the above
    finally:
        turn.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _read_only(path: Path) -> Engine:
    # Of a file in WAL mode even a reader makes two more files, unless it is told that none changes.
    how = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    address = f"file:{quote(str(path))}?{how}"
    return create_engine(
        "sqlite://", poolclass=NullPool, creator=lambda: sqlite3.connect(address, uri=True)
    )
