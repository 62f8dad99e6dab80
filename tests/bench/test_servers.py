"""The bench's parts on real servers, with counts that say nothing about speed."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from contrib.bench.databases import Databases, SqliteDatabases
from contrib.bench.fill import fill
from contrib.bench.firings import ARMED
from contrib.bench.processes import usage
from contrib.bench.rounds import Options
from contrib.bench.servers import FLOOR, HEADWATER, Running, running
from contrib.bench.workloads import READS, WRITES, Workload, load
from tests.bench.conftest import free_port

LIFECYCLE = ("lifecycle", "--runs", "4", "--threads", "2")
FILLED = 95  # runs


@pytest.fixture(scope="module")
def filled(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run a server whose few runs were multiplied."""
    place, folder = databases.make(f"bench-{uuid4().hex}"), tmp_path_factory.mktemp("filled")
    with running(HEADWATER, place, free_port(), folder) as server:
        load(server.url, "seed", "--runs", "10", "--threads", "1")
        assert _count(server) < FILLED
        assert fill(place, FILLED) == FILLED
        yield server


def test_runs_are_multiplied_at_the_rate_of_a_year(filled: Running) -> None:
    assert _count(filled) == FILLED
    page = {"sort": "EXPECTED_START_TIME_DESC", "limit": 200}
    runs = requests.post(f"{filled.url}/flow_runs/filter", json=page, timeout=30).json()
    assert len({run["id"] for run in runs}) == FILLED
    times = [datetime.fromisoformat(run["expected_start_time"]) for run in runs]
    steps = (times[0] - times[-1]) / timedelta(seconds=365 * 86_400 / 100_000)
    assert round(steps) == FILLED - 1


def test_a_copied_run_has_states_of_its_own(filled: Running) -> None:
    page = {"sort": "EXPECTED_START_TIME_ASC", "limit": 1}
    (run,) = requests.post(f"{filled.url}/flow_runs/filter", json=page, timeout=30).json()
    params = {"flow_run_id": run["id"]}
    states = requests.get(f"{filled.url}/flow_run_states/", params=params, timeout=30).json()
    assert states[-1]["id"] == run["state"]["id"]
    assert states[-1]["timestamp"] == run["state"]["timestamp"]
    assert states[0]["timestamp"] >= run["expected_start_time"]


@pytest.mark.parametrize("work", [*WRITES, READS], ids=lambda work: work.name)
def test_each_workload_runs_on_headwater(headwater: Running, work: Workload) -> None:
    report = work.load(headwater.url, HEADWATER.name, quick=True)
    assert (report["failed"], report["busy"]) == (0, 0)


def test_automations_are_armed_before_the_events(headwater: Running) -> None:
    before = _automations(headwater)
    armed = next(work for work in WRITES if work.name == "armed")
    assert armed.prepare is not None
    armed.prepare(headwater.url)
    assert _automations(headwater) == before + ARMED


def test_a_whole_run_leaves_out_what_is_asked_for_by_name(tmp_path: Path) -> None:
    assert not Options(tmp_path, 0).wants("armed", by_name=True)
    assert Options(tmp_path, 0, only=["armed"]).wants("armed", by_name=True)


def test_a_run_is_five_requests(headwater: Running) -> None:
    report = load(headwater.url, *LIFECYCLE)
    counts = {name: latency["n"] for name, latency in report["latency_ms"].items()}
    steps = ("create", "logs", "read", "set_state_final", "set_state_running")
    assert counts == dict.fromkeys(steps, 4)


def test_what_a_server_uses_is_that_of_all_its_processes(headwater: Running) -> None:
    used = usage(headwater.pid)
    assert used.processes >= 4  # the supervisor, gunicorn's master and worker, the services
    assert used.cpu >= headwater.cpu > 0
    assert used.memory > 40
    assert used.threads >= used.processes
    assert used.files > used.processes


def test_a_server_that_has_nothing_to_do_is_quiet(headwater: Running) -> None:
    used = headwater.settle()
    assert headwater.settle() - used < 0.5


def test_the_floor_takes_what_it_is_held_against(tmp_path: Path, port: int) -> None:
    place = SqliteDatabases(tmp_path).make("floor")
    with running(FLOOR, place, port, tmp_path) as server:
        for work in WRITES:
            if FLOOR.name in work.counts:
                assert work.load(server.url, FLOOR.name, quick=True)["failed"] == 0


def test_a_server_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    place = SqliteDatabases(tmp_path).make("taken")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SystemExit, match="already"), running(HEADWATER, place, port, tmp_path):
            pass


def _automations(server: Running) -> int:
    count: int = requests.post(f"{server.url}/automations/count", json={}, timeout=30).json()
    return count


def _count(server: Running) -> int:
    count: int = requests.post(f"{server.url}/flow_runs/count", json={}, timeout=30).json()
    return count
