"""Servers as users run them: one command, told to stop by signals, looked at from outside."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.waiting import wait_until

SECONDS = 60


@dataclass
class Server:
    """A started server. Its output goes to files, so that it never waits for a reader."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def out(self) -> str:
        return (self.folder / "out").read_text()

    @property
    def errors(self) -> str:
        return (self.folder / "errors").read_text()

    @property
    def url(self) -> str:
        found = re.search("^Headwater listens at (.*)$", self.out, re.MULTILINE)
        assert found, self.out + self.errors
        return found[1]

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/api/ready", timeout=5).status_code == 200
        except (requests.ConnectionError, requests.ReadTimeout, AssertionError):
            return False

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.is_ready() or self.process.poll() is not None)
        assert self.process.poll() is None, self.errors

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def children(self) -> list[int]:
        return children_of(self.process.pid)

    @property
    def master(self) -> int:
        (pid,) = [pid for pid in self.children() if children_of(pid)]
        return pid

    @property
    def services(self) -> int:
        (pid,) = [pid for pid in self.children() if not children_of(pid)]
        return pid


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `headwater server start`, or what the arguments say, in a session of its own."""
    with ExitStack() as stack:

        def begin(*arguments: str, command: str = "start", **settings: str) -> Server:
            folder = tmp_path / f"server-{time.monotonic_ns()}"
            folder.mkdir()
            port = ["--port", "0"] if command == "start" and "--port" not in arguments else []
            with (folder / "out").open("wb") as out, (folder / "errors").open("wb") as errors:
                process = subprocess.Popen(
                    [sys.executable, "-m", "headwater", "server", command, *port, *arguments],
                    env={"HEADWATER_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
                    | {f"HEADWATER_{name.upper()}": value for name, value in settings.items()},
                    stdout=out,
                    stderr=errors,
                    start_new_session=True,
                )
            stack.callback(end, process)
            return Server(process, folder)

        yield begin


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    if os.path.exists(f"/proc/{process.pid}") or group_lives(process.pid):
        os.killpg(process.pid, signal.SIGKILL)


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def children_of(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
