"""What the server must be and have before tables can be made in it."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from headwater.api import ConfigError, UnavailableError

OLDEST = 13
FACTS = text(
    "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),"
    " pg_is_in_recovery(), current_database(),"
    " EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"
)
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('headwater: pg_trgm'))")
CREATE = text("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def prepare(connection: Connection) -> None:
    version, encoding, standby, database, has_trigrams = connection.execute(FACTS).one()
    if version < OLDEST:
        raise ConfigError(f"PostgreSQL {version} is too old: {OLDEST} is the oldest that will do")
    if encoding != "UTF8":
        raise ConfigError(
            f"the database {database} keeps {encoding}: make one with CREATE DATABASE ... "
            "ENCODING 'UTF8' TEMPLATE template0"
        )
    if standby:
        raise ConfigError(f"the server of the database {database} is a standby: name the primary")
    if not has_trigrams:
        _make_trigrams(connection, database)


def _make_trigrams(connection: Connection, database: str) -> None:
    from psycopg.errors import FeatureNotSupported, InsufficientPrivilege, UndefinedFile

    connection.execute(LOCK)  # two at once would clash
    try:
        connection.execute(CREATE)
    except (DBAPIError, UnavailableError) as error:
        reason = error.__cause__
        if isinstance(reason, InsufficientPrivilege):
            raise ConfigError(
                f"the user may not make the extension pg_trgm in the database {database}; as an "
                "administrator run there: CREATE EXTENSION pg_trgm"
            ) from None
        if isinstance(reason, FeatureNotSupported | UndefinedFile):
            raise ConfigError(
                "the server lacks the extension pg_trgm: install PostgreSQL's contrib package "
                "(on Debian postgresql-contrib), then try again"
            ) from None
        raise
