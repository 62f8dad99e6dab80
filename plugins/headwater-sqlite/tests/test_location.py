"""What people write for a database, and where it then lies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from headwater.api import ConfigError
from headwater_sqlite import SqliteStorage
from headwater_sqlite.location import TemporaryFolder

IN_MEMORY = """
import sys
from sqlalchemy import make_url
from headwater_sqlite import SqliteStorage
storage = SqliteStorage(make_url("sqlite:///:memory:"))
print(storage.url.database, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:////var/lib/headwater.db", "/var/lib/headwater.db"),
        ("sqlite+aiosqlite:////var/lib/headwater.db", "/var/lib/headwater.db"),
        ("sqlite+pysqlite:////var/lib/headwater.db?timeout=30", "/var/lib/headwater.db"),
        ("sqlite:///data/a.db", f"{Path.cwd().resolve()}/data/a.db"),
        ("sqlite:///~/a.db", f"{Path.home().resolve()}/a.db"),
        ("sqlite:////srv/50%/a b ü.db", "/srv/50%/a b ü.db"),
        ("sqlite:////srv/50%25/a%20b.db", "/srv/50%/a b.db"),
        ("sqlite+aiosqlite:///file:/srv/a.db?uri=true&mode=rwc", "/srv/a.db"),
        ("sqlite:///file:///srv/a.db?uri=true", "/srv/a.db"),
        ("sqlite:///:memory:", ":memory:"),
        ("sqlite://", ":memory:"),
        ("sqlite+aiosqlite:///:memory:", ":memory:"),
        (
            "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true&check_same_thread=false",
            ":memory:",
        ),
        ("sqlite:///file:x?mode=memory&cache=shared&uri=true", ":memory:"),
    ],
)
def test_the_url_that_people_paste_is_understood(written, meant):
    url = SqliteStorage.normalise(make_url(written))

    assert (url.drivername, url.database, dict(url.query)) == ("sqlite", meant, {})


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("sqlite:////a.db?sslmode=require", "takes no sslmode"),
        ("sqlite:///file:/a.db?mode=ro&uri=true", "mode=ro cannot be"),
        ("sqlite:////a.db?mode=x", "takes no mode=x"),
        ("sqlite://srv/a.db", "has no host"),
    ],
)
def test_what_cannot_be_meant_is_refused(written, reason):
    with pytest.raises(ConfigError, match=reason):
        SqliteStorage.normalise(make_url(written))


@pytest.fixture
def in_memory(tmp_path):
    """A process with a database in memory, and where that lies."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", IN_MEMORY]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True) as process:
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_a_database_in_memory_goes_with_its_process(in_memory):
    process, database = in_memory
    assert database.parent.is_dir()
    process.communicate()

    assert not database.parent.exists()


def test_what_a_killed_process_left_is_removed_by_the_next(in_memory, tmp_path, monkeypatch):
    process, database = in_memory
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with_owner = TemporaryFolder()
    assert database.parent.is_dir()  # it runs
    process.send_signal(signal.SIGKILL)
    process.wait()
    TemporaryFolder()

    assert not database.parent.exists()
    assert Path(with_owner.database).parent.is_dir()
