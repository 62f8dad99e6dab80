"""A database of its own for each test of this plugin."""

from uuid import uuid4

import psycopg
import pytest

from headwater.testing.units import engine_of, parse_url
from headwater_postgres import PostgresStorage


@pytest.fixture
def admin(postgres):
    """A connection of the administrator, to another database."""
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def name(admin):
    name = f"plugin_{uuid4().hex}"
    admin.execute(f"CREATE DATABASE {name}")
    yield name
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def address(postgres, name):
    return postgres.get_uri(database=name)


@pytest.fixture
def storage(address):
    return PostgresStorage(PostgresStorage.normalise(parse_url(address)))


@pytest.fixture
def engine(storage):
    with engine_of(storage) as engine:
        yield engine


@pytest.fixture
def end_all(admin, name):
    """What ends all connections to the database, as a restart does."""
    others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
    return lambda: admin.execute(others, [name]).fetchall()
