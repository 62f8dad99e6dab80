"""Where the database lies, as people write it: files, and databases that go with the process."""

import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from sqlalchemy import URL

from headwater.api import ConfigError

MEMORY = ":memory:"
_FOLDER = "headwater-memory-"
# What is said to a driver or to SQLite about how to open the file. We know better.
_MEANT_FOR_DRIVERS = {"cache", "cached_statements", "check_same_thread", "mode", "timeout", "uri"}


def normalise(url: URL) -> URL:
    """Return sqlite:///:memory: or the file's full path, for one of the ways to write it."""
    database = _file_name(url)
    if unknown := sorted(set(url.query) - _MEANT_FOR_DRIVERS):
        raise ConfigError(f"the URL of an SQLite database takes no {', '.join(unknown)}")
    mode = url.query.get("mode")
    if mode not in (None, "memory", "ro", "rw", "rwc"):
        raise ConfigError(f"the URL of an SQLite database takes no mode={mode}")
    if mode == "ro":
        raise ConfigError("the server writes to its database: mode=ro cannot be")
    if mode != "memory" and database not in ("", MEMORY):
        # Links are followed, so that all who open this file stand in one queue.
        return URL.create("sqlite", database=os.path.realpath(Path(database).expanduser()))
    return URL.create("sqlite", database=MEMORY)


def _file_name(url: URL) -> str:
    if url.host:
        raise ConfigError(f"an SQLite database has no host; try: sqlite:////{url.host}/...")
    database = url.database or ""
    if not database.startswith("file:"):
        return database
    return database.removeprefix("file:").removeprefix("//localhost").removeprefix("//")


class TemporaryFolder:
    """Holds what is called an in-memory database, and goes with the process.

    SQLite's own are private to one connection, or lock readers out while one writes. In a file
    that is never synced they stay in the page cache, and threads and forked processes share them.
    """

    def __init__(self) -> None:
        _remove_left_behind()
        try:
            path = tempfile.mkdtemp(prefix=_FOLDER)
        except OSError as error:
            raise ConfigError(
                f"there is no folder for a temporary database: set TMPDIR ({error.strerror})"
            ) from None
        self.database = str(Path(path) / "headwater.db")
        # Who finds this lock free knows that the process was killed.
        owner = (Path(path) / "owner").open("w")
        flock(owner, LOCK_EX)
        weakref.finalize(self, _remove, path, owner, os.getpid())


def _remove(path: str, owner: IO[str], maker: int) -> None:
    owner.close()
    if os.getpid() == maker:  # not the processes forked from it
        shutil.rmtree(path, ignore_errors=True)


def _remove_left_behind() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with suppress(OSError), (path / "owner").open() as owner:  # another's, or in use
            flock(owner, LOCK_EX | LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
