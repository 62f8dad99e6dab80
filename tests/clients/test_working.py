"""Deployed flows, run by workers and agents that the command line starts, asks and cancels."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import pytest

from tests.clients.commands import Commands, interrupt, killed_at_last, wait_until

OFTEN = {"PREFECT_WORKER_QUERY_SECONDS": "2", "PREFECT_AGENT_QUERY_INTERVAL": "2"}


@contextmanager
def going(prefect: Commands, *arguments: str) -> Iterator[None]:
    """Let a command go on meanwhile."""
    process = prefect.start(*arguments, **OFTEN)
    with killed_at_last(process):
        yield
        assert process.poll() is None, (prefect.folder / "console").read_text()
        interrupt(process)


@pytest.fixture(scope="module")
def pool(prefect: Commands, major: str) -> Iterator[str]:
    """Return the name of a pool that has a worker."""
    name = f"farm-{major[0]}"
    prefect("work-pool", "create", name, "--type", "process")
    with going(prefect, "worker", "start", "--pool", name, "--name", f"worker-{major[0]}"):
        yield name


@pytest.fixture(scope="module")
def deploy(prefect: Commands, pool: str, major: str) -> Callable[[str], str]:
    def make(flow: str) -> str:
        name = f"{flow}-{major[0]}"
        prefect("deploy", f"working.py:{flow}", "--name", name, "--pool", pool)
        return f"{flow}/{name}"

    return make


@pytest.fixture(scope="module")
def list_runs(reader: Any) -> Callable[[str], Any]:
    """Return the runs of the deployment FLOW/NAME."""

    def find(deployment: str) -> Any:
        wanted = {"name": {"any_": [deployment.partition("/")[2]]}}
        return reader.filter("flow_runs", deployments=wanted)

    return find


@pytest.fixture
def resume(start: Callable[..., Any], major: str) -> Callable[..., str]:
    """Return what resumes a run with an input, and returns how that was answered."""

    def enter(run_id: str, **given: Any) -> str:
        ran = start(major, "resuming.py", run_id, json.dumps(given)).finish()
        assert ran.returncode == 0, ran.console
        return str(ran.seen)

    return enter


def test_a_run_that_the_command_line_asks_for_is_run_by_a_worker(
    prefect: Commands,
    deploy: Callable[[str], str],
    list_runs: Callable[[str], Any],
    reader: Any,
    pool: str,
) -> None:
    deployment = deploy("adds")

    said = prefect("deployment", "run", deployment, "--param", "x=5", "--watch")

    (run,) = list_runs(deployment)
    assert "Completed" in said
    assert (run["state_name"], run["parameters"]) == ("Completed", {"x": 5})
    assert (run["work_pool_name"], run["work_queue_name"]) == (pool, "default")
    wait_until(lambda: "x is 5" in [line["message"] for line in reader.logs(run["id"])])
    assert "READY" in prefect("work-pool", "inspect", pool)


def test_a_run_that_the_command_line_cancels_is_ended_by_its_worker(
    prefect: Commands, deploy: Callable[[str], str], list_runs: Callable[[str], Any]
) -> None:
    deployment = deploy("idles")
    prefect("deployment", "run", deployment)
    (run,) = wait_until(
        lambda: [one for one in list_runs(deployment) if one["state_name"] == "Running"]
    )

    prefect("flow-run", "cancel", run["id"])

    wait_until(lambda: [one["state_name"] for one in list_runs(deployment)] == ["Cancelled"])


@pytest.mark.parametrize(
    ("flow", "waits", "again"),
    [
        ("pauses", "Paused", ["RUNNING"]),
        ("suspends", "Suspended", ["SCHEDULED", "PENDING", "RUNNING"]),
    ],
)
def test_a_run_that_waits_for_a_person_goes_on_with_what_is_entered(
    prefect: Commands,
    deploy: Callable[[str], str],
    list_runs: Callable[[str], Any],
    reader: Any,
    resume: Callable[..., str],
    flow: str,
    waits: str,
    again: list[str],
) -> None:
    deployment = deploy(flow)
    prefect("deployment", "run", deployment)
    (run,) = wait_until(
        lambda: [one for one in list_runs(deployment) if one["state_name"] == waits]
    )

    assert resume(run["id"], count="many") == "REJECT"
    assert resume(run["id"], count=3) == "ACCEPT"

    wait_until(lambda: [one["state_name"] for one in list_runs(deployment)] == ["Completed"])
    types = [kind for kind, _ in groupby(state["type"] for state in reader.states(run))]
    assert types == ["SCHEDULED", "PENDING", "RUNNING", "PAUSED", *again, "COMPLETED"]
    wait_until(lambda: "count is 3" in [line["message"] for line in reader.logs(run["id"])])


@pytest.mark.parametrize("major", ["2.20"], indirect=True, scope="module")  # 3.x has no agents
def test_an_agent_runs_what_is_in_its_queue(
    prefect: Commands, list_runs: Callable[[str], Any]
) -> None:
    deployment = "adds/of-agent"
    flow = ("working.py:adds", "--name", "of-agent", "--work-queue", "aq")
    prefect("deployment", "build", *flow, "--skip-upload", "--apply")

    with going(prefect, "agent", "start", "--work-queue", "aq"):
        prefect("deployment", "run", deployment, "--param", "x=7")
        wait_until(lambda: [run["state_name"] for run in list_runs(deployment)] == ["Completed"])

    (run,) = list_runs(deployment)
    assert (run["work_pool_name"], run["work_queue_name"]) == ("default-agent-pool", "aq")
