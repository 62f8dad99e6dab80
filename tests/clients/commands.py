"""The client's command line, and waiting for what it sets going."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from tests import waiting

# The older client has no automations and tells of nothing unless that is set.
EVENTS = {"PREFECT_EXPERIMENTAL_EVENTS": "true"}
LONGEST = 900  # seconds, on a machine that has much else to do


def wait_until(condition: Callable[[], Any]) -> Any:
    """Return what *condition* gives as soon as that is true; each look asks the server."""
    return waiting.wait_until(condition, LONGEST, every=0.5)


def interrupt(process: "subprocess.Popen[bytes]") -> None:
    """End *process* as Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    process.wait(LONGEST)


@contextmanager
def killed_at_last(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Leave no *process*: leaving one itself waits for its end, be that never."""
    with process:
        try:
            yield
        finally:
            process.kill()


@dataclass(frozen=True)
class Commands:
    """The commands of one major, in a folder that has the scripts' flows."""

    program: Path
    environment: dict[str, str]
    folder: Path

    def __call__(self, *arguments: str) -> str:
        """Run a command to its good end; return what it says."""
        done = subprocess.run(
            [self.program, "--no-prompt", *arguments],
            env=self.environment,
            cwd=self.folder,
            input="y\n",  # 2.20 asks before it deletes a limit, whoever reads
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(
        self, *arguments: str, console: str = "console", **settings: str
    ) -> "subprocess.Popen[bytes]":
        """Start a command that goes on until it is ended; what it says goes into *console*."""
        with (self.folder / console).open("ab") as file:
            return subprocess.Popen(
                [self.program, "--no-prompt", *arguments],
                env=self.environment | settings,
                cwd=self.folder,
                stdout=file,
                stderr=file,
            )


@dataclass(frozen=True)
class Shell:
    """The commands of one major, in a folder, by one interpreter: to start one takes seconds."""

    process: "subprocess.Popen[str]"
    folder: Path

    def __call__(self, *arguments: str) -> str:
        """Run a command to its good end; return what it says."""
        status, said = self.call(*arguments)
        assert status == 0, said
        return said

    def refuse(self, *arguments: str) -> str:
        """Run a command that cannot do what it is asked; return what it says."""
        status, said = self.call(*arguments)
        assert status == 1, said
        return said

    def call(self, *arguments: str) -> tuple[int, str]:
        """Run a command; return its exit status and what it says."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(arguments), file=self.process.stdin, flush=True)
        too_long = Timer(LONGEST, self.process.kill)
        too_long.start()
        try:
            line = self.process.stdout.readline()
        finally:
            too_long.cancel()
        assert line, (self.folder / "console").read_text()
        status, said = json.loads(line)
        return status, said


@contextmanager
def open_shell(interpreter: Path, environment: dict[str, str], folder: Path) -> Iterator[Shell]:
    """Start what runs commands in *folder*; what they log goes into its `console`."""
    with (folder / "console").open("wb") as console:
        process = subprocess.Popen(
            [interpreter, Path(__file__).parent / "scripts" / "commands.py"],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=console,
            text=True,
        )
    with killed_at_last(process):
        yield Shell(process, folder)
        assert process.stdin
        process.stdin.close()
        process.wait(LONGEST)
