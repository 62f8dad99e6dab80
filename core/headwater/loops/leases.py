"""Leases: of all services processes one runs an exclusive loop, and another when that one dies."""

import time
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from headwater import clock
from headwater.db.session import reading, signal_after_commit, write
from headwater.errors import ConflictError
from headwater.loops import queries

LENGTH = 15.0  # seconds that a lease lasts without being renewed
RENEW = 5.0
TOPIC = "leases"  # told when one is given back


class Leases:
    """What one services process holds of the leases *names*.

    A clock may be wrong by less than LENGTH - RENEW; whether we still hold a lease is measured
    without one, from before it was asked for.
    """

    def __init__(self, holder: str, names: Collection[str]) -> None:
        self._holder = holder
        self._names = frozenset(names)
        self._ends: dict[str, float] = {}
        self._added = False

    def holds(self, name: str) -> bool:
        return time.monotonic() < self._ends.get(name, 0)

    def lacks_any(self) -> bool:
        return not all(map(self.holds, self._names))

    def take(self) -> set[str]:
        """Renew what we hold and take what is free; return what is new to us."""
        if not self._names:
            return set()
        self._add()
        asked, now = time.monotonic(), clock.now()
        until = now + timedelta(seconds=LENGTH)
        held = write(
            lambda session: queries.take_leases(
                session, self._holder, self._names, now=now, until=until
            )
        )
        new = {name for name in held if not self.holds(name)}
        self._ends = dict.fromkeys(held, asked + LENGTH)
        return new

    def is_any_free(self) -> bool:
        """Look, without writing, whether `take` would get one that we lack."""
        lacking = [name for name in self._names if not self.holds(name)]
        with reading() as session:
            return queries.is_any_lease_free(session, lacking, now=clock.now())

    def release(self) -> None:
        """Give all back, so that others need not wait until they end."""
        self._ends = {}
        if self._names:
            write(self._release)

    def _release(self, session: Session) -> None:
        queries.release_leases(session, self._holder)
        signal_after_commit(session, TOPIC)

    def _add(self) -> None:
        while not self._added:
            # Of two services processes that add the same one is told that they are there.
            with suppress(IntegrityError, ConflictError):
                write(lambda session: queries.add_leases(session, self._names))
                self._added = True
