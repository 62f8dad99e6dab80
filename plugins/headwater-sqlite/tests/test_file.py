"""The file: its rights, how it is opened, and what is said when that does not work."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from headwater.api import ConfigError, UnavailableError
from headwater.testing.units import engine_of
from headwater_sqlite import SqliteStorage

CREATE = text("CREATE TABLE kept (name TEXT)")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.db"


@pytest.fixture
def read_pragma(path):
    """What reads a pragma on a connection that reads."""
    storage = SqliteStorage(make_url(f"sqlite:///{path}"))
    with engine_of(storage) as engine:

        def read(name):
            with storage.reading(engine) as session:
                return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()

        yield read


def write_to(path):
    storage = SqliteStorage(make_url(f"sqlite:///{path}"))
    with engine_of(storage) as engine:
        storage.write(engine, lambda session: session.execute(CREATE))
        return {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}


def test_a_new_database_is_its_owners_alone(path):
    files = write_to(path)

    assert set(files) == {"a.db", "a.db-shm", "a.db-wal", "a.db.turn", "a.db.door"}
    assert set(files.values()) == {"0o600"}


def test_the_rights_of_a_file_that_is_there_are_left_alone(path):
    path.touch(0o640)

    assert write_to(path)["a.db"] == "0o640"


def test_readers_wait_for_no_writer_and_references_are_kept(read_pragma):
    assert read_pragma("journal_mode") == "wal"
    assert read_pragma("foreign_keys") == 1
    assert read_pragma("busy_timeout") == 60000
    assert read_pragma("wal_autocheckpoint") == 4000


def test_readers_share_the_pages_of_the_file(read_pragma):
    assert read_pragma("mmap_size") == 2**30


@pytest.mark.parametrize(("value", "level"), [(None, 1), ("normal", 1), ("FULL", 2)])
def test_each_commit_is_synced_where_one_asks_for_it(path, monkeypatch, value, level):
    if value:
        monkeypatch.setenv("HEADWATER_SQLITE__SYNCHRONOUS", value)
    storage = SqliteStorage(make_url(f"sqlite:///{path}"))
    with engine_of(storage) as engine, storage.reading(engine) as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == level


def test_an_unknown_way_to_sync_is_refused(path, monkeypatch):
    monkeypatch.setenv("HEADWATER_SQLITE__SYNCHRONOUS", "off")

    with pytest.raises(ConfigError, match="HEADWATER_SQLITE__SYNCHRONOUS"):
        SqliteStorage(make_url(f"sqlite:///{path}"))


def test_a_reading_cannot_write(path):
    storage = SqliteStorage(make_url(f"sqlite:///{path}"))
    with (
        engine_of(storage) as engine,
        storage.reading(engine) as session,
        pytest.raises(UnavailableError, match="cannot be written"),
    ):
        session.execute(CREATE)


def test_a_file_that_is_no_database_is_named_so(path):
    path.write_text("To do: feed the cat.\n" * 1000)

    with pytest.raises(UnavailableError, match="the file is not an SQLite database"):
        write_to(path)


def test_a_damaged_file_is_named_so(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.executemany("INSERT INTO a VALUES (?)", [("x" * 500,)] * 100)
    connection.close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996  # after the header
    path.write_bytes(content)

    with pytest.raises(UnavailableError, match="is damaged"):
        write_to(path)


@pytest.mark.parametrize("folder", ["/proc/headwater", "/dev/null"])
def test_a_folder_that_takes_no_file_is_named_so(folder):
    storage = SqliteStorage(make_url(f"sqlite:///{folder}/a.db"))
    with engine_of(storage) as engine, pytest.raises(UnavailableError, match="cannot be opened"):
        storage.write(engine, lambda session: session.execute(CREATE))


def test_preparing_finds_out_that_the_file_cannot_grow(path):
    storage = SqliteStorage(make_url(f"sqlite:///{path}"))
    with engine_of(storage) as engine, engine.connect() as connection:
        storage.prepare(connection)
        connection.exec_driver_sql("PRAGMA query_only = ON")  # as an account that may not write
        with pytest.raises(UnavailableError, match="cannot be written"):
            storage.prepare(connection)


def test_two_links_to_a_file_are_one_queue(path, tmp_path):
    path.touch()
    link = tmp_path / "link.db"
    link.symlink_to(path)

    assert SqliteStorage.normalise(make_url(f"sqlite:///{link}")).database == str(
        Path(path).resolve()
    )
