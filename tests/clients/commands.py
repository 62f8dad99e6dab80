"""The client's command line, and waiting for what it sets going."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import waiting

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

    def start(self, *arguments: str, **settings: str) -> "subprocess.Popen[bytes]":
        """Start a command that goes on until it is ended; what it says goes into `console`."""
        with (self.folder / "console").open("ab") as console:
            return subprocess.Popen(
                [self.program, "--no-prompt", *arguments],
                env=self.environment | settings,
                cwd=self.folder,
                stdout=console,
                stderr=console,
            )
