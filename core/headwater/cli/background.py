"""A server in the background: started apart from the terminal, found again by a file.

Its processes hold a lock on `$HEADWATER_HOME/server.pid` as long as one of them lives, so that a
number left in the file after a crash is never taken for a server.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from headwater.errors import ConfigError

FILE, LOG = "server.pid", "server.log"
GREETING = "Headwater listens at "
PATIENCE = 120.0  # seconds for migrations, at most
LOOK = 0.05  # seconds between two looks


@dataclass(frozen=True)
class Background:
    """A server that runs: its first process, and the address of its pages."""

    pid: int
    url: str


def find(home: Path) -> Background | None:
    """Return the server that runs in the background of *home*, None if there is none."""
    try:
        file = os.open(home / FILE, os.O_RDWR)
    except OSError:
        return None
    try:
        if _locks(file):
            return None
        return _read(file)
    finally:
        os.close(file)


def launch(home: Path, flags: Sequence[str]) -> Background:
    """Start a server with *flags* and return it when it serves.

    Raise ConfigError if one runs already, ClickException with its last words if it ends at once.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _taken(home) as lock, (home / LOG).open("ab") as log:
        os.truncate(lock, 0)  # what an earlier server left: `stop` would signal who has its number
        begun = log.tell()
        process = None
        try:
            with _interrupts_held() as interrupted:  # amid Popen, the server would be nobody's
                process = subprocess.Popen(  # noqa: S603  # ourselves
                    [sys.executable, "-m", "headwater", "server", "start", *flags],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[lock],
                    start_new_session=True,
                )
            if interrupted:
                raise KeyboardInterrupt
            url = _await_start(process, home / LOG, begun)
        except BaseException:  # an interrupt is one, too
            if process is not None:
                process.terminate()
                process.wait()
            raise
        os.pwrite(lock, json.dumps({"pid": process.pid, "url": url}).encode(), 0)
        return Background(process.pid, url)


def stop(home: Path) -> Background | None:
    """Stop the server in the background and return when it is gone; None if there is none."""
    found = find(home)
    if found is None:
        return None
    with suppress(ProcessLookupError):  # its first process may be gone, and others about to
        os.kill(found.pid, signal.SIGTERM)
    file = os.open(home / FILE, os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)  # the last of its processes lets go of it
    finally:
        os.close(file)
    return found


@contextmanager
def _interrupts_held() -> Iterator[list[int]]:
    """Note interrupts instead of raising them; who is started meanwhile takes them as ever."""
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _taken(home: Path) -> Iterator[int]:
    """Give the file, locked; who inherits it holds the lock, too."""
    file = os.open(home / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locks(file):
            there = _read(file)
            which = f" at {there.url} (pid {there.pid})" if there else ""
            raise ConfigError(
                f"a server runs in the background{which}; to stop it: headwater server stop"
            )
        yield file
    finally:
        os.close(file)


def _locks(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: int) -> Background | None:
    try:
        kept = json.loads(os.pread(file, 4096, 0))
        return Background(int(kept["pid"]), str(kept["url"]))
    except (ValueError, KeyError, TypeError):
        return None  # it is about to be written


def _await_start(process: "subprocess.Popen[bytes]", log: Path, begun: int) -> str:
    """Return the server's address once it serves there; what it writes after *begun* is its own."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        url = _greeted(_said(log, begun))
        if url is not None and _serves(url):
            return url
        time.sleep(LOOK)
    if process.poll() is None:
        raise click.ClickException(f"the server did not begin to serve; {log} says more")
    words = _said(log, begun).strip().splitlines()
    last = words[-1].removeprefix("Error: ") if words else f"it ended with {process.returncode}"
    raise click.ClickException(last)


def _said(log: Path, begun: int) -> str:
    with log.open("rb") as file:
        file.seek(begun)
        return file.read().decode(errors="replace")


def _greeted(text: str) -> str | None:
    lines = [line for line in text.splitlines() if line.startswith(GREETING)]
    return lines[0].removeprefix(GREETING) if lines else None


def _serves(url: str) -> bool:
    import requests  # late, since --help does without

    with requests.Session() as session:
        session.trust_env = False  # its proxy is for other machines
        try:
            return session.get(f"{url}/api/ready", timeout=5).ok
        except requests.RequestException:
            return False
