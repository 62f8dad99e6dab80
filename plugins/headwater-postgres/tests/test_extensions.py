"""What the server must have before tables can be made in it."""

import pytest
from sqlalchemy import text

from headwater.api import ConfigError
from headwater.testing.units import engine_of
from headwater_postgres import PostgresStorage

HAS_TRIGRAMS = text("SELECT 'a' % 'a'")


@pytest.fixture
def plain(admin, name, storage):
    """A storage whose user may do nothing but what it is granted."""
    role = f"{name}_user"
    admin.execute(f"CREATE ROLE {role} LOGIN")
    yield PostgresStorage(storage.url.set(username=role))
    admin.execute(f"DROP ROLE {role}")


def prepare(storage):
    with engine_of(storage) as engine, engine.begin() as connection:
        storage.prepare(connection)
        return connection.execute(HAS_TRIGRAMS).scalar()


def test_pg_trgm_is_made_once(storage):
    assert prepare(storage) is True
    assert prepare(storage) is True


def test_a_user_who_may_not_make_it_is_told_what_an_administrator_must_run(plain):
    with pytest.raises(ConfigError, match="as an administrator run there: CREATE EXTENSION"):
        prepare(plain)


def test_a_user_who_may_not_make_it_needs_not_where_it_is(plain, storage):
    prepare(storage)

    assert prepare(plain) is True


def test_a_database_that_does_not_keep_all_characters_is_refused(admin, name, storage):
    admin.execute(
        f"CREATE DATABASE {name}_ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'"
    )
    try:
        with pytest.raises(ConfigError, match="keeps SQL_ASCII"):
            prepare(PostgresStorage(storage.url.set(database=f"{name}_ascii")))
    finally:
        admin.execute(f"DROP DATABASE {name}_ascii WITH (FORCE)")
