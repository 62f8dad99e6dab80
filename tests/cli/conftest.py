"""Runs the `headwater` command: in this process where many calls are made, else as people do."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from headwater.cli import main

COMMAND = Path(sys.executable).with_name("headwater")


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str

    @property
    def said(self):
        return self.stdout + self.stderr


@pytest.fixture
def headwater(tmp_path):
    """Return what runs the command in this process, with a home of its own."""

    def run(*arguments, typed="", **environment):
        runner = CliRunner(env={"HEADWATER_HOME": str(tmp_path), **environment})
        done = runner.invoke(main, arguments, input=typed, prog_name="headwater")
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        # Not done.stdout, which has lost the \r of a \r\n.
        return Done(done.exit_code, done.stdout_bytes.decode(), done.stderr)

    return run


@pytest.fixture
def process(tmp_path):
    """Return what runs the installed command in a process, with a home of its own."""
    home = {"HOME": str(tmp_path), "HEADWATER_HOME": str(tmp_path)}

    def run(*arguments, typed="", **environment):
        done = subprocess.run(
            [COMMAND, *arguments],
            env={"PATH": os.environ["PATH"], **home, **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run
