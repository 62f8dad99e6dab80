"""What a server refuses to start on: one sentence, exit 1, and nothing touched."""

import hashlib
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from headwater.app import choose_storage
from headwater.offers import collect_offers
from headwater.settings import Settings

from .conftest import Start

PREFECT = [
    "CREATE TABLE alembic_version (version_num VARCHAR(32))",
    "INSERT INTO alembic_version VALUES ('b02ee20b4c89')",
    "CREATE TABLE flow (id INTEGER)",
]


def refused(start: Start, tmp_path: Path, *arguments: str, **settings: str) -> str:
    """Return the one sentence with which the server ended."""
    before = snapshot(tmp_path)
    server = start(*arguments, **settings)
    assert server.process.wait(60) == 1
    (line,) = server.errors.splitlines()
    assert server.out == ""
    assert {n: d for n, d in snapshot(tmp_path).items() if not n.startswith("server-")} == before
    return line.removeprefix("Error: ")


def snapshot(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in folder.rglob("*")
    }


def test_a_port_that_is_taken(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = refused(start, tmp_path, "--port", str(port))

    assert line == (
        f"cannot listen on 127.0.0.1, port {port}: address already in use; "
        "choose others with --host and --port"
    )


def test_an_address_that_others_reach(start: Start, tmp_path: Path) -> None:
    line = refused(start, tmp_path, "--host", "0.0.0.0")  # noqa: S104  # it is refused

    assert "--allow-open or HEADWATER_SERVER_ALLOW_OPEN=true" in line


def test_such_an_address_is_taken_when_the_risk_is_named(start: Start) -> None:
    servers = [
        start("--host", "0.0.0.0", "--allow-open"),  # noqa: S104
        start("--host", "0.0.0.0", server_allow_open="true"),  # noqa: S104
    ]
    for server in servers:
        server.wait_until_ready()
        assert server.url.startswith("http://127.0.0.1:")
        assert server.stop() == 0


def test_a_host_that_does_not_exist(start: Start, tmp_path: Path) -> None:
    line = refused(start, tmp_path, "--host", "no-such-host.invalid")

    assert line == "the host 'no-such-host.invalid' has no address on this machine"


def test_a_postgresql_server_that_does_not_answer(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    url = f"postgresql://user:secret@127.0.0.1:{port}/runs"

    line = refused(start, tmp_path, api_database_connection_url=url)

    assert f"user:***@127.0.0.1:{port}/runs" in line
    assert "refused" in line


def test_a_folder_that_does_not_exist(start: Start, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere/runs.db"

    line = refused(start, tmp_path, api_database_connection_url=url)

    assert line.startswith(f"the database {tmp_path}/nowhere/runs.db cannot be made")


def test_a_file_that_is_no_database(start: Start, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk.\n" * 100)

    line = refused(start, tmp_path, api_database_connection_url=f"sqlite:///{tmp_path}/notes.txt")

    assert "file is not a database" in line


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_prefect_servers_file(start: Start, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "prefect.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    for statement in PREFECT:
        connection.execute(statement)
    connection.commit()
    connection.close()

    line = refused(start, tmp_path, api_database_connection_url=f"sqlite:///{path}")

    assert "belongs to another program, at its revision b02ee20b4c89" in line


def test_another_programs_database(
    start: Start, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    settings = Settings.load(api_database_connection_url=new_database())
    engine = create_engine(choose_storage(settings, collect_offers(settings)).url)
    with engine.begin() as connection:
        for statement in PREFECT:
            connection.execute(text(statement))

    line = refused(start, tmp_path, api_database_connection_url=settings.database_url)

    assert "belongs to another program" in line
    assert sorted(inspect(engine).get_table_names()) == ["alembic_version", "flow"]
    engine.dispose()


def test_more_workers_on_a_database_in_memory(start: Start, tmp_path: Path) -> None:
    url = "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true&check_same_thread=false"

    line = refused(start, tmp_path, "--workers", "2", api_database_connection_url=url)

    assert line == "a database in memory is one process's: --workers must be 1"


def test_services_apart_from_a_database_in_memory(start: Start, tmp_path: Path) -> None:
    server = start(command="services", api_database_connection_url="sqlite:///:memory:")

    assert server.process.wait(60) == 1
    assert (
        server.errors == "Error: a database in memory is one process's: it has no services apart\n"
    )


def test_a_home_that_cannot_be_made(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    line = refused(start, tmp_path, home=f"{tmp_path}/file/home")

    assert f"{tmp_path}/file/home" in line
    assert "Not a directory" in line
