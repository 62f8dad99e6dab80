"""Kill -9 of a real client's process: its run does not stay Running for ever."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from headwater.testing.processes import ServerProcess, running_server
from tests.waiting import wait_until

FLOW = """
import time
from prefect import flow

@flow
def endless():
    while True:
        time.sleep(1)

endless()
"""
SOON = 30.0  # seconds
# As short as one would never have it: the clients send their first heartbeat at once, others later.
SHORT = {
    "HEADWATER_SERVER_SILENT_RUNS_FREQUENCY_SECONDS": "1",
    "HEADWATER_SERVER_SILENT_RUNS_GRACE_SECONDS": "3",
}


@pytest.fixture
def server(new_database: Any, tmp_path: Path) -> Any:
    with running_server(new_database(), tmp_path / "server", **SHORT) as server:
        yield server


def find(server: ServerProcess, path: str, body: Any) -> Any:
    return requests.post(f"{server.api_url}{path}", json=body, timeout=SOON).json()


def test_a_run_whose_process_is_killed_has_crashed(server: ServerProcess, tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(FLOW)
    environment = {
        **os.environ,
        "PREFECT_HOME": str(tmp_path / "client"),
        "PREFECT_API_URL": server.api_url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    heartbeats = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}}

    with subprocess.Popen([sys.executable, str(script)], env=environment) as process:
        try:
            wait_until(lambda: find(server, "/events/filter", heartbeats)["events"], every=0.2)
        finally:
            process.send_signal(signal.SIGKILL)
    [run] = wait_until(lambda: _crashed(server), every=0.5)

    assert "its last heartbeat came at" in run["state"]["message"]
    assert run["end_time"]


def _crashed(server: ServerProcess) -> Any:
    of_state = {"flow_runs": {"state": {"type": {"any_": ["CRASHED"]}}}}
    return find(server, "/flow_runs/filter", of_state)
