"""Forks the processes of a server and looks after them until told to stop.

What is imported and built is so shared, and a child that ends is forked again in milliseconds.
Nothing that holds a connection, a thread or a lock may be made before.
"""

import gc
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from select import select

from headwater.errors import StartError

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
WATCHED = {*STOPS, signal.SIGCHLD}
STEADY = 10.0  # seconds after which an end is no part of a row of crashes
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between crashes
READY = b"\0"
logger = logging.getLogger(__name__)


class Report:
    """How a child says that it works, or why it does not; its own children may do so for it."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def ready(self) -> None:
        self._write(READY)

    def fail(self, reason: str) -> None:
        self._write(reason.encode()[:1000])

    def _write(self, what: bytes) -> None:
        with suppress(BlockingIOError):  # it is full of what was said before
            os.write(self._pipe, what)


@dataclass
class Child:
    """One process. *name* is as a sentence calls it. *run* ends when it gets SIGTERM, or when
    `os.getppid()` changes; SIGINT is not for it: a terminal sends it to the whole group."""

    name: str
    run: Callable[[Report], None]
    pid: int = field(default=0, init=False)
    pipe: int = field(default=-1, init=False)
    begun: float = field(default=0, init=False)
    due: float = field(default=0, init=False)  # when to start it anew
    crashes: int = field(default=0, init=False)  # in a row
    worked: bool = field(default=False, init=False)  # once, so it can start

    def start(self) -> None:
        self.pipe, writing = os.pipe()
        for end in (self.pipe, writing):
            os.set_blocking(end, False)
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        self.begun, self.pid = time.monotonic(), os.fork()
        if self.pid == 0:
            os.close(self.pipe)
            self._be(Report(writing))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        os.close(writing)

    def _be(self, report: Report) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in WATCHED:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
            self.run(report)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException as error:  # noqa: BLE001  # the fork must not unwind into its parent
            traceback.print_exc()
            report.fail(f"{type(error).__name__}: {error}")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def note_end(self, how: str) -> None:
        """Raise StartError if it never worked; else say when to start it anew."""
        said = self._read()
        self.pid = 0
        self.worked |= READY in said
        if not self.worked:
            reason = said.decode(errors="replace") or how
            raise StartError(f"{self.name} cannot start: {reason}")
        lived = time.monotonic() - self.begun
        self.crashes = 0 if lived >= STEADY else self.crashes + 1
        pause = min(FIRST_PAUSE * 2 ** (self.crashes - 2), LONGEST_PAUSE) if self.crashes > 1 else 0
        self.due = time.monotonic() + pause
        logger.error("%s ended (%s); it is started anew in %.1f s", self.name, how, pause)

    def _read(self) -> bytes:
        said = b""
        try:
            while part := os.read(self.pipe, 4096):
                said += part
        except BlockingIOError:  # its own children live on
            pass
        finally:
            os.close(self.pipe)
        return said


class Supervisor:
    """Runs until SIGTERM, SIGINT or SIGHUP, which it passes on once; then, *grace* seconds later
    at most, all children are gone. *on_stop* is called first."""

    def __init__(
        self, children: Iterable[Child], on_stop: Callable[[], None], grace: float = 40.0
    ) -> None:
        self._children = list(children)
        self._on_stop = on_stop
        self._grace = grace
        self._bell, self._rope = os.pipe()
        self._deadline: float | None = None

    def run(self) -> None:
        """Return when stopped as told; raise StartError if a child cannot start."""
        sys.stdout.flush()  # or the children print it again
        gc.freeze()  # no collection in a child touches, and so copies, what was made before
        self._watch_signals()
        failure: StartError | None = None
        for child in self._children:
            child.start()
        while self._is_busy():
            self._take_signals()
            try:
                self._reap()
            except StartError as error:
                failure = failure or error
                self._stop()
            self._start_due()
            if self._deadline is not None and time.monotonic() > self._deadline:
                self._kill()
        if failure:
            raise failure

    def _watch_signals(self) -> None:
        for end in (self._bell, self._rope):
            os.set_blocking(end, False)
        # Their numbers come through the pipe: no signal slips in between a look and the wait.
        signal.set_wakeup_fd(self._rope, warn_on_full_buffer=False)
        for number in WATCHED:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # nohup
            signal.signal(number, lambda *_: None)

    def _is_busy(self) -> bool:
        return self._deadline is None or any(child.pid for child in self._children)

    def _take_signals(self) -> None:
        waits = [child.due for child in self._children if not child.pid and self._deadline is None]
        if self._deadline is not None:
            waits.append(self._deadline)
        seconds = max(0.0, min(waits) - time.monotonic()) if waits else None
        if select([self._bell], [], [], seconds)[0] and set(os.read(self._bell, 4096)) & {*STOPS}:
            self._stop()

    def _stop(self) -> None:
        """Do so once: a second signal would kill a child that is busy stopping."""
        if self._deadline is not None:
            return
        self._deadline = time.monotonic() + self._grace
        self._on_stop()
        for child in self._children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)

    def _kill(self) -> None:
        for child in self._children:
            if child.pid:
                logger.error("%s does not stop: killed", child.name)
                os.kill(child.pid, signal.SIGKILL)
        self._deadline = time.monotonic() + self._grace

    def _reap(self) -> None:
        """Note who ended. As a container's first process we also get orphans, who are nobody's."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for child in self._children:
                if child.pid == pid and self._deadline is not None:
                    child.pid = 0
                elif child.pid == pid:
                    child.note_end(_describe(status))

    def _start_due(self) -> None:
        for child in self._children:
            if self._deadline is None and not child.pid and time.monotonic() >= child.due:
                child.start()


def _describe(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit status {code}" if code >= 0 else signal.Signals(-code).name
