"""What a server refuses to start on: one sentence, exit 1, and nothing touched."""

import hashlib
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, text

from headwater.app import choose_storage
from headwater.cli import main, server
from headwater.db import migrations
from headwater.offers import collect_offers
from headwater.settings import Settings
from headwater.testing.storage import make_app

Refused = Callable[..., str]

PREFECT = [
    "CREATE TABLE alembic_version (version_num VARCHAR(32))",
    "INSERT INTO alembic_version VALUES ('b02ee20b4c89')",
    "CREATE TABLE flow (id INTEGER)",
]


@pytest.fixture(autouse=True)
def never_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("it was not refused")

    monkeypatch.setattr(server, "serve", fail)
    monkeypatch.setattr(server, "serve_alone", fail)


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Return the one sentence with which a start ends, once nothing was touched."""

    def start(*arguments: str, command: str = "start", **settings: str) -> str:
        monkeypatch.setenv("HEADWATER_HOME", str(tmp_path / "home"))
        for name, value in settings.items():
            monkeypatch.setenv(f"HEADWATER_{name.upper()}", value)
        port = ["--port", "0"] if command == "start" and "--port" not in arguments else []
        before = snapshot(tmp_path)
        result = CliRunner().invoke(main, ["server", command, *port, *arguments])
        assert snapshot(tmp_path) == before
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        (line,) = result.stderr.splitlines()
        return line.removeprefix("Error: ")

    return start


def snapshot(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in folder.rglob("*")
    }


def test_a_port_that_is_taken(refused: Refused, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = refused("--port", str(port))

    assert line == (
        f"cannot listen on 127.0.0.1, port {port}: address already in use; "
        "choose others with --host and --port"
    )


def test_an_address_that_others_reach(refused: Refused, tmp_path: Path) -> None:
    line = refused("--host", "0.0.0.0")  # noqa: S104  # it is refused

    assert "HEADWATER_SERVER_API_AUTH_STRING=user:password" in line
    assert "--allow-open or HEADWATER_SERVER_ALLOW_OPEN=true" in line


@pytest.mark.parametrize("value", ["password", ":password", "user:", "user:pass\nword"])
def test_a_secret_that_no_browser_can_ask_for(refused: Refused, value: str, tmp_path: Path) -> None:
    line = refused(server_api_auth_string=value)

    assert line == "HEADWATER_SERVER_API_AUTH_STRING: it looks like user:password"


def test_a_host_that_does_not_exist(refused: Refused, tmp_path: Path) -> None:
    line = refused("--host", "no-such-host.invalid")

    assert line == "the host 'no-such-host.invalid' has no address on this machine"


def test_a_postgresql_server_that_does_not_answer(refused: Refused, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    url = f"postgresql://user:secret@127.0.0.1:{port}/runs"

    line = refused(api_database_connection_url=url)

    assert f"user:***@127.0.0.1:{port}/runs" in line
    assert "refused" in line


def test_a_folder_that_does_not_exist(refused: Refused, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere/runs.db"

    line = refused(api_database_connection_url=url)

    assert line.startswith(f"the database {tmp_path}/nowhere/runs.db cannot be made")


def test_a_file_that_is_no_database(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk.\n" * 100)

    line = refused(api_database_connection_url=f"sqlite:///{tmp_path}/notes.txt")

    assert "file is not a database" in line


def test_a_newer_versions_database(refused: Refused, new_database: Callable[[], str]) -> None:
    url = new_database()
    with make_app(url):
        migrations.upgrade()
        with migrations.db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9998'")
    newest = migrations.revisions()[-1]

    line = refused(api_database_connection_url=url)

    assert f"at revision 9998, newer than {newest}, the last that this version knows" in line
    assert f"`headwater server database downgrade -r {newest}`" in line


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_prefect_servers_file(refused: Refused, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "prefect.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    for statement in PREFECT:
        connection.execute(statement)
    connection.commit()
    connection.close()

    line = refused(api_database_connection_url=f"sqlite:///{path}")

    assert "belongs to another program, at its revision b02ee20b4c89" in line


def test_another_programs_database(refused: Refused, new_database: Callable[[], str]) -> None:
    settings = Settings.load(api_database_connection_url=new_database())
    engine = create_engine(choose_storage(settings, collect_offers(settings)).url)
    with engine.begin() as connection:
        for statement in PREFECT:
            connection.execute(text(statement))

    line = refused(api_database_connection_url=settings.database_url)

    assert "belongs to another program" in line
    assert sorted(inspect(engine).get_table_names()) == ["alembic_version", "flow"]
    engine.dispose()


def test_more_workers_on_a_database_in_memory(refused: Refused, tmp_path: Path) -> None:
    url = "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true&check_same_thread=false"

    line = refused("--workers", "2", api_database_connection_url=url)

    assert line == "a database in memory is one process's: --workers must be 1"


def test_services_apart_from_a_database_in_memory(refused: Refused) -> None:
    line = refused(command="services", api_database_connection_url="sqlite:///:memory:")

    assert line == "a database in memory is one process's: it has no services apart"


def test_a_home_that_cannot_be_made(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    line = refused(home=f"{tmp_path}/file/home")

    assert f"{tmp_path}/file/home" in line
    assert "Not a directory" in line
