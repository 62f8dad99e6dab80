"""The turn to write, which one process has at a time."""

import fcntl
import os


class Turn:
    """A lock between processes, which the kernel frees when its holder dies.

    Two files: who waits for the turn holds the door, so that the process which had it last cannot
    take it again before.
    """

    def __init__(self, database: str) -> None:
        self._paths = f"{database}.turn", f"{database}.door"
        self._turn = self._door = -1

    def take(self) -> None:
        if self._turn < 0:  # in the process that writes: who forks later must close it before
            self._turn, self._door = (
                os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in self._paths
            )
        fcntl.flock(self._door, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._door, fcntl.LOCK_UN)

    def give_back(self) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._turn >= 0:
            os.close(self._turn)
            os.close(self._door)
            self._turn = self._door = -1
