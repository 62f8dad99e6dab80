"""Threads that send, each one message at a time."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread

IDLE = 10.0  # seconds that a thread waits for more to do


class Senders:
    """As many as there is to do at once: one that is held up keeps nothing else from its turn."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._free = 0  # threads that wait for something that nobody has put there yet
        self._work: SimpleQueue[Callable[[], object]] = SimpleQueue()

    def begin(self, work: Callable[[], object]) -> None:
        """Do *work* in a thread."""
        with self._mutex:
            is_short = self._free == 0
            if not is_short:
                self._free -= 1
        self._work.put(work)
        if is_short:
            # A daemon: a channel that hangs must not keep the process.
            Thread(target=self._run, name="sender", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                work = self._work.get(timeout=IDLE)
            except Empty:
                with self._mutex:
                    if self._free:
                        self._free -= 1
                        return
                continue  # something is put there for it this moment
            work()
            with self._mutex:
                self._free += 1
