"""Counts that all processes of one server share, in memory that the forks inherit."""

import fcntl
import mmap
import os
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from threading import Lock
from weakref import finalize

WIDTH = 8  # bytes of a cell
MICROSECONDS = 1_000_000  # a second's; cells are whole numbers


class Tallies:
    """A table with a row for each process, so that none waits for another to count.

    Make it and all that counts in it before the forks. A process takes a row at its first count,
    and the row of one that died before a new one: what that counted stays counted.
    """

    def __init__(self, processes: int) -> None:
        self._rows = processes
        self._width = 1  # the first cell of a row is the process that has it
        self._gauges: list[int] = []
        self._pid = 0  # of who has the row that we know to be ours; a fork has another
        self._lock = Lock()
        self._cells: memoryview | None = None

    def allot(self, cells: int, *, gauge: bool = False) -> "Tally":
        """Return so many counts, each 0. A *gauge* forgets what processes that died said."""
        if self._cells is not None:
            raise RuntimeError("the table is open: what counts in it is made before")
        first = self._width
        self._width += cells
        self._gauges += range(first, self._width) if gauge else ()
        return Tally(self, range(first, self._width), gauge)

    def open(self) -> None:
        """Make the memory, of a file that has no name: who forks later shares it."""
        with TemporaryFile() as file:
            file.truncate(self._rows * self._width * WIDTH)
            self._cells = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")
            self._file = os.dup(file.fileno())  # for the lock
        finalize(self, os.close, self._file)

    def add(self, cell: int, amount: int) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._take_row()
            self._own[cell] += amount

    def read(self, cells: range, *, alive: bool) -> list[int]:
        """Return the sums of all processes, or of those that are *alive*."""
        if self._cells is None:
            return [0] * len(cells)
        starts = [row * self._width for row in range(self._rows)]
        rows = [at for at in starts if not alive or _lives(self._cells[at])]
        return [sum(self._cells[at + cell] for at in rows) for cell in cells]

    def _take_row(self) -> None:
        """Take a row that nobody alive has; without one left, count where nobody reads it."""
        self._pid = os.getpid()
        self._own = memoryview(bytearray(self._width * WIDTH)).cast("q")
        if self._cells is None:
            return
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            for at in range(0, self._rows * self._width, self._width):
                if self._cells[at] != self._pid and _lives(self._cells[at]):
                    continue
                self._own = self._cells[at : at + self._width]
                self._own[0] = self._pid
                for cell in self._gauges:
                    self._own[cell] = 0
                return
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)


@dataclass(frozen=True)
class Tally:
    """A run of counts, each known by its place."""

    _tallies: Tallies
    _cells: range
    _gauge: bool

    def add(self, place: int = 0, amount: int = 1) -> None:
        self._tallies.add(self._cells.start + place, amount)

    def read(self) -> list[int]:
        """Return the counts of all processes together."""
        return self._tallies.read(self._cells, alive=self._gauge)


class Histogram:
    """How often something took how long; *bounds* are seconds, each the most of its bucket."""

    def __init__(self, tallies: Tallies, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self._counts = tallies.allot(len(bounds) + 1)
        self._sum = tallies.allot(1)

    def note(self, seconds: float) -> None:
        self._counts.add(bisect_left(self.bounds, seconds))
        self._sum.add(0, round(seconds * MICROSECONDS))

    def read(self) -> tuple[list[int], float]:
        """Return how many took as long as each bound at most, all at the end, and their sum."""
        running, counts = 0, []
        for count in self._counts.read():
            running += count
            counts.append(running)
        return counts, self._sum.read()[0] / MICROSECONDS


def _lives(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's has its number now: not ours, but it may be
    return True
