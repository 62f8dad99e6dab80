"""A server in the background: started, found and stopped by commands."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.waiting import wait_until

from .conftest import SECONDS


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
    proxied = {"http_proxy": "http://127.0.0.1:1"}  # which is not asked whether it serves
    code, said = run("start", "--background", "--port", "0", "--workers", "1", "--json", **proxied)
    assert code == 0
    started = json.loads(said)["started"]
    url = started["url"]
    assert requests.get(f"{url}/api/ready", timeout=10).ok

    code, state = state_of(run)
    assert (code, state["url"], state["state"]) == (0, f"{url}/api", "ready")
    assert state["background"] == started
    pid = started["pid"]
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
    code, said = run("start", "--background", "--port", "0", "--workers", "1")
    assert (code, said.splitlines()[-1]) == (0, "To stop it: headwater server stop")
    pid = state_of(run)[1]["background"]["pid"]
    os.killpg(pid, signal.SIGKILL)

    code, said = run("stop")

    assert (code, said.startswith("Error: no server runs in the background of ")) == (1, True)
    assert run("start", "--background", "--port", "0", "--workers", "1")[0] == 0


def test_why_it_does_not_start_is_told_in_one_line(run, tmp_path):
    nowhere = {"HEADWATER_API_DATABASE_CONNECTION_URL": "sqlite:////nowhere/at/all.db"}
    left = tmp_path / "home/server.pid"
    left.parent.mkdir()
    left.write_text('{"pid": 1, "url": "http://127.0.0.1:1"}')

    code, said = run("start", "--background", "--port", "0", **nowhere)

    assert code == 1
    assert said.startswith("Error: the database /nowhere/at/all.db cannot be made")
    assert len(said.splitlines()) == 1
    assert run("stop")[0] == 1
    assert left.read_text() == ""  # nobody's number is signalled by who stops the next too soon


def test_a_home_that_cannot_be_made_is_named(run):
    assert run("start", "--background", HEADWATER_HOME="/proc/none") == (
        1,
        "Error: the home /proc/none cannot be used: No such file or directory\n",
    )


def test_json_is_for_a_server_in_the_background(run):
    code, said = run("start", "--json")

    assert (code, said.startswith("Error: --json goes with --background.")) == (2, True)


@pytest.mark.parametrize("pause", [0.0, 0.02])  # amid Popen, where it is narrow, or soon after
def test_a_start_that_is_interrupted_leaves_no_server(tmp_path, pause):
    home = tmp_path / "home"
    starting = subprocess.Popen(
        [sys.executable, "-m", "headwater", "server", "start", "--background", "--port", "0"],
        env={"HEADWATER_HOME": str(home), "PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until((home / "server.log").exists, every=pause)

    starting.send_signal(signal.SIGINT)

    assert starting.wait(SECONDS) == 1
    with (home / "server.pid").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


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
