"""Runs the `headwater` command: in this process where many calls are made, else as people do."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

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


@contextmanager
def serving(app):
    """Serve an app over HTTP, and give the address of its API."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(app, client):
    with serving(app) as url:
        yield url


@pytest.fixture
def asking(headwater, served):
    """Return what runs a command that asks a server; the server is empty at first."""

    def run(*arguments, typed="", **environment):
        return headwater(*arguments, typed=typed, **{"HEADWATER_API_URL": served, **environment})

    return run


@pytest.fixture
def told(asking):
    """Return what runs a command with --json, and gives what it tells."""

    def run(*arguments):
        done = asking(*arguments, "--json")
        assert (done.returncode, done.stderr) == (0, ""), done.said
        return json.loads(done.stdout)

    return run


@pytest.fixture
def refusal(asking):
    """Return what runs a command that fails, and gives its one line and its exit code."""

    def run(*arguments, **environment):
        done = asking(*arguments, **environment)
        assert done.stdout == ""
        (line,) = done.stderr.splitlines()
        return line.removeprefix("Error: "), done.returncode

    return run
