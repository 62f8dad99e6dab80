"""A connection to SQLite that leaves transactions to us, and what its errors mean."""

import os
import sqlite3
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from headwater.api import UnavailableError

_MEANINGS = {
    sqlite3.SQLITE_BUSY: "another program keeps the SQLite database locked",
    sqlite3.SQLITE_CANTOPEN: "the SQLite database cannot be opened: look at its folder's rights",
    sqlite3.SQLITE_CORRUPT: "the SQLite database is damaged: restore it from a backup",
    sqlite3.SQLITE_FULL: "the disk of the SQLite database is full",
    sqlite3.SQLITE_IOERR: "the disk of the SQLite database fails, or is full",
    sqlite3.SQLITE_LOCKED: "the SQLite database is locked by another of its connections",
    sqlite3.SQLITE_NOTADB: "the file is not an SQLite database",
    sqlite3.SQLITE_PERM: "the SQLite database cannot be opened: look at its rights",
    sqlite3.SQLITE_READONLY: "the SQLite database cannot be written: look at its folder's rights",
}


def explain(error: BaseException) -> UnavailableError | None:
    """Return the error in people's words, if it tells of the file and not of a statement."""
    code = getattr(error, "sqlite_errorcode", None)
    meaning = None if code is None else _MEANINGS.get(code & 0xFF)  # else an extended code
    return UnavailableError(meaning) if meaning else None


class Closable(Protocol):
    def close(self) -> None: ...


class Driver(sqlite3.Connection):
    """The driver's connection, which may be *kept*: used again and again by the same owner.

    Then SQLAlchemy's commit and rollback do nothing, as the owner says BEGIN and COMMIT; and no
    result that somebody forgot may hold up a transaction: `let_go` closes them all.
    """

    def __init__(self, database: str, *arguments: Any, **options: Any) -> None:
        _make_private(database)
        super().__init__(database, *arguments, **options)
        self.kept = False
        self._cursors: list[weakref.ref[Closable]] = []

    def cursor(self, factory: Callable[..., Any] = sqlite3.Cursor) -> Any:  # type: ignore[override]  # the stubs' is generic
        cursor = super().cursor(factory)
        if self.kept:
            self._cursors.append(weakref.ref(cursor))
        return cursor

    def let_go(self) -> None:
        for reference in self._cursors:
            if cursor := reference():
                cursor.close()
        self._cursors.clear()

    def commit(self) -> None:
        if not self.kept:
            super().commit()

    def rollback(self) -> None:
        if not self.kept:
            super().rollback()


def _make_private(database: str) -> None:
    """Make the file ours alone if it is new; SQLite gives the files beside it the same rights."""
    with suppress(OSError):  # what is wrong, SQLite says
        os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
