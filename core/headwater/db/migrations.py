"""Moves the database between revisions, and says in which state its tables are.

Alembic is imported only to migrate: that takes longer than all the rest of a start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from headwater.db.base import db
from headwater.db.session import storage_of
from headwater.errors import ConfigError, UnavailableError
from headwater.paths import MIGRATIONS

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "head"
END_OF_STATEMENT = ";\n"  # of the files with whole schemas
CONNECTION = "connection"  # under this name env.py finds the one to use
VERSION_TABLE = "alembic_version"
MARK = "configuration"  # a table of ours from the first revision on
PLUGIN_TABLES = "plugin_"
ELSEWHERE = "point HEADWATER_API_DATABASE_CONNECTION_URL at an empty database"
_VERSION = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608  # a constant


class Schema(StrEnum):
    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"


class SchemaError(ConfigError):
    """The tables are not those of this version; the message says whose they are."""


@dataclass(frozen=True)
class Revision:
    id: str
    title: str
    current: bool


@cache
def revisions() -> tuple[str, ...]:
    """Return the revisions, the oldest first: each file is named for its own, a number."""
    return tuple(sorted(path.name[:4] for path in MIGRATIONS.glob("versions/[0-9]*_*.py")))


def check() -> Schema:
    """Look at the database, without a trace; raise ConfigError if it is not for us."""
    with _database_errors(), storage_of(db.engine).look(db.engine) as connection:
        return Schema.EMPTY if connection is None else check_schema(connection)


def check_schema(connection: Connection) -> Schema:
    """Say what the tables are; raise SchemaError if they are a newer server's, or no server's.

    Another server may be making them meanwhile.
    """
    if find_revision(connection) == revisions()[-1]:
        return Schema.CURRENT
    # Before the revision, which comes with the first of them: seen later, they would look alien.
    tables = _tables(connection)
    connection.rollback()
    current = find_revision(connection)
    if current is not None and current not in revisions():
        raise SchemaError(_describe_unknown(current))
    if tables and (current is None or MARK not in tables):
        raise SchemaError(
            f"the database holds tables of another program, such as {min(tables)}; {ELSEWHERE}"
        )
    if current is None:
        return Schema.EMPTY
    return Schema.CURRENT if current == revisions()[-1] else Schema.BEHIND


def find_revision(connection: Connection) -> str | None:
    """Return the revision that the tables are at; None: no table says so. Within no transaction."""
    try:
        return _read_version(connection)
    except DBAPIError:
        is_there = inspect(connection).has_table(VERSION_TABLE)
        connection.rollback()
        if not is_there:
            return None
    return _read_version(connection)  # another server has made it since


def _read_version(connection: Connection) -> str | None:
    with connection.begin():
        revision: str | None = connection.scalar(_VERSION)
    return revision


def upgrade(revision: str = HEAD) -> None:
    with _database_errors(), migrating() as connection:
        if revision == HEAD and _make_whole(connection):
            return
        with _configured(connection) as config:
            from alembic import command

            command.upgrade(config, revision)


def downgrade(revision: str) -> None:
    with _database_errors(), migrating() as connection, _configured(connection) as config:
        from alembic import command

        command.downgrade(config, revision)


def list_history() -> list[Revision]:
    """Return the revisions there are, the oldest first, and which of them the database is at."""
    from alembic.script import ScriptDirectory

    with _database_errors(), storage_of(db.engine).look(db.engine) as connection:
        current = connection and find_revision(connection)
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return [Revision(s.revision, s.doc, s.revision == current) for s in reversed(list(scripts))]


def reset() -> None:
    """Drop all that is ours, and make it anew."""
    with _database_errors(), migrating() as connection, _configured(connection) as config:
        from alembic import command

        command.downgrade(config, "base")
        command.upgrade(config, HEAD)


@contextmanager
def migrating() -> Iterator[Connection]:
    """Be alone with a database that is ours, and ready; each transaction undoes DDL, too."""
    storage = storage_of(db.engine)
    with storage.migrating(db.engine) as connection:
        check_schema(connection)  # once more: another may have changed it meanwhile
        connection.rollback()
        with connection.begin():
            storage.prepare(connection)
        yield connection


def _make_whole(connection: Connection) -> bool:
    """Make all tables of an empty database in one go; say whether that took it to the head.

    It is done where migrations/ holds a file for its kind of database. `contrib/whole.py` writes it
    from what the chain makes; that takes a third of a second, half of it to import Alembic.
    """
    file = MIGRATIONS / f"{connection.dialect.name}.sql"
    if find_revision(connection) is not None or not file.exists():
        return False
    with connection.begin():
        for statement in filter(None, file.read_text().split(END_OF_STATEMENT)):
            connection.exec_driver_sql(statement)
    return find_revision(connection) == revisions()[-1]


@contextmanager
def _configured(connection: Connection) -> Iterator["Config"]:
    """Give Alembic *connection*; raise ConfigError for what it says of the revisions."""
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.attributes[CONNECTION] = connection
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        yield config
    except CommandError as error:
        raise ConfigError(str(error)) from None


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if type(error) not in (DatabaseError, InterfaceError, OperationalError):
            raise  # a migration is wrong, not the database
        raise ConfigError(_describe_failure(str(error.orig))) from error
    except UnavailableError as error:
        raise ConfigError(_describe_failure(str(error))) from error


def _describe_failure(reason: str) -> str:
    url = db.engine.url.render_as_string(hide_password=True)
    return f"the database {url} cannot be used: {reason.strip().partition(chr(10))[0]}"


def _tables(connection: Connection) -> set[str]:
    names = set(inspect(connection).get_table_names())
    return {n for n in names if n != VERSION_TABLE and not n.startswith(PLUGIN_TABLES)}


def _describe_unknown(revision: str) -> str:
    newest = revisions()[-1]
    if len(revision) == len(newest) and revision.isdigit():
        return (
            f"the database is at revision {revision}, newer than {newest}, the last that this "
            "version knows; install the version that made it, or take the database back with that "
            f"version's `headwater server database downgrade -r {newest}`"
        )
    return f"the database belongs to another program, at its revision {revision}; {ELSEWHERE}"
