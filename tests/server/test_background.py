"""A server in the background: started, found and stopped by commands."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests


@pytest.fixture
def run(tmp_path: Path):
    """Run `headwater server ...` as people do. What it started is stopped at the end."""

    def command(*arguments: str, **settings: str) -> tuple[int, str]:
        # Into a file: a server that is left behind would keep a pipe open.
        with (tmp_path / "said").open("w+b") as said:
            done = subprocess.run(
                [sys.executable, "-m", "headwater", "server", *arguments],
                env={"HEADWATER_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
                | settings,
                stdout=said,
                stderr=said,
                timeout=120,
                check=False,
            )
            said.seek(0)
            return done.returncode, said.read().decode()

    yield command
    command("stop")


def state_of(run):
    code, said = run("status", "--json")
    return code, json.loads(said)


def test_it_serves_when_the_command_returns_and_is_gone_when_it_was_stopped(run, tmp_path):
    code, said = run("start", "--background", "--port", "0", "--workers", "1")
    assert code == 0
    url = said.partition("serves at ")[2].partition(" ")[0]
    assert requests.get(f"{url}/api/ready", timeout=10).ok

    code, state = state_of(run)
    assert (code, state["url"], state["state"]) == (0, f"{url}/api", "ready")
    pid = state["background"]["pid"]
    assert run("start", "--background", "--port", "0") == (
        1,
        f"Error: a server runs in the background at {url} (pid {pid}); "
        "to stop it: headwater server stop\n",
    )

    assert run("stop") == (0, f"Stopped the server at {url} (pid {pid}).\n")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/api/health", timeout=10)
    assert state_of(run)[0] == 1
    assert f"Headwater listens at {url}" in (tmp_path / "home/server.log").read_text()


def test_one_that_was_killed_is_not_taken_for_one_that_runs(run):
    run("start", "--background", "--port", "0", "--workers", "1")
    pid = state_of(run)[1]["background"]["pid"]
    os.killpg(pid, signal.SIGKILL)

    code, said = run("stop")

    assert (code, said.startswith("Error: no server runs in the background of ")) == (1, True)
    assert run("start", "--background", "--port", "0", "--workers", "1")[0] == 0


def test_why_it_does_not_start_is_told_in_one_line(run):
    nowhere = {"HEADWATER_API_DATABASE_CONNECTION_URL": "sqlite:////nowhere/at/all.db"}

    code, said = run("start", "--background", "--port", "0", **nowhere)

    assert code == 1
    assert said.startswith("Error: the database /nowhere/at/all.db cannot be made")
    assert len(said.splitlines()) == 1
    assert run("stop")[0] == 1


def test_a_server_that_nobody_started_has_no_status_and_no_stop(run, tmp_path):
    home = tmp_path / "home"

    assert run("stop") == (
        1,
        f"Error: no server runs in the background of {home}; "
        "to start one: headwater server start --background\n",
    )
    code, said = run("status", HEADWATER_API_URL="http://127.0.0.1:1/api")
    assert code == 1
    assert "State:         not reached: no Headwater server at http://127.0.0.1:1/api" in said
    assert not home.exists()
