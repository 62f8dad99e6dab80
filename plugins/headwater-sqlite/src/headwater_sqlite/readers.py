"""Connections that only read, kept open with their sessions: opening them is most of a read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from headwater.api import UnavailableError, UnitSession
from headwater_sqlite.driver import Driver

# Pages of the file are looked at where the system keeps them, which all readers share: else each
# would copy them, anew after every change by another process, and to count the runs is mostly that.
MAPPED = 2**30  # bytes of the file, from its beginning; addresses, not memory


class Reader:
    """A connection outside of any transaction: each statement sees what is committed by then."""

    def __init__(self, engine: Engine) -> None:
        self._connection: Connection = engine.connect()
        self._driver = cast(Driver, self._connection.connection.driver_connection)
        self._driver.execute("PRAGMA query_only = ON").close()
        self._driver.execute(f"PRAGMA mmap_size = {MAPPED}").close()
        self._driver.kept = True
        self.session = UnitSession(self._connection)

    def let_go(self) -> None:
        """Forget objects and results: one read halfway would keep its old view of the data."""
        self.session.expunge_all()
        self.session.info.clear()
        self._driver.let_go()

    def close(self) -> None:
        self.session.close()
        self._driver.let_go()
        self._driver.kept = False
        self._connection.invalidate()  # the pool's others may write
        self._connection.close()


class Readers:
    """As many as ever read at once in this process."""

    def __init__(self) -> None:
        self._free: list[Reader] = []  # its pop and append are atomic

    @contextmanager
    def reading(self, engine: Engine) -> Iterator[Session]:
        try:
            reader = self._free.pop()  # the last one's pages are warm
        except IndexError:
            reader = Reader(engine)
        try:
            yield reader.session
        except (DBAPIError, UnavailableError):
            reader.close()
            raise
        except BaseException:
            self._give_back(reader)
            raise
        self._give_back(reader)

    def close(self) -> None:
        while self._free:
            self._free.pop().close()

    def _give_back(self, reader: Reader) -> None:
        reader.let_go()
        self._free.append(reader)
