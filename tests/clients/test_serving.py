"""A served flow, and the command line about its deployment, under both majors."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.clients.commands import Commands, interrupt, killed_at_last, wait_until


@pytest.fixture(scope="module")
def name(major: str) -> str:
    return f"often-{major.replace('.', '-')}"


@pytest.fixture(scope="module")
def serving(start: Callable[..., Any], major: str, name: str) -> Iterator[Any]:
    started = start(major, "serving.py", name, PREFECT_RUNNER_POLL_FREQUENCY="2")
    with killed_at_last(started.process):
        yield started
        interrupt(started.process)


@pytest.fixture(scope="module")
def wait_for_run(
    serving: Any, reader: Any, name: str, find_deployment: Callable[[str], Any]
) -> Callable[..., Any]:
    """Return what waits until a run with those parameters has completed, and returns it."""

    def find(x: int) -> Any:
        assert serving.process.poll() is None, serving.read("console")
        deployment = find_deployment(name)
        if deployment is None:
            return None
        mine = {
            "deployment_id": {"any_": [deployment["id"]]},
            "state": {"type": {"any_": ["COMPLETED"]}},
        }
        runs = reader.filter("flow_runs", flow_runs=mine)
        return next((run for run in runs if run["parameters"] == {"x": x}), None)

    return lambda x: wait_until(lambda: find(x))


def test_a_served_flow_is_run_by_its_schedule(
    wait_for_run: Callable[..., Any], reader: Any, name: str, find_deployment: Callable[[str], Any]
) -> None:
    run = wait_for_run(x=2)

    deployment = find_deployment(name)
    assert run["auto_scheduled"] is True
    assert set(run["tags"]) == {"auto-scheduled", "srv"}
    assert run["created_by"]["type"] == "SCHEDULE"
    assert (deployment["status"], deployment["paused"]) == ("READY", False)
    names = [state["name"] for state in reader.states(run)]
    assert (names[0], names[-1]) == ("Scheduled", "Completed")
    wait_until(lambda: "x is 2" in [line["message"] for line in reader.logs(run["id"])])
    ahead = {"deployment_id": {"any_": [deployment["id"]]}}
    ahead |= {"state": {"type": {"any_": ["SCHEDULED"]}}}
    assert len(reader.filter("flow_runs", flow_runs=ahead)) >= 2


def test_a_run_that_the_command_line_asks_for_is_run(
    wait_for_run: Callable[..., Any], prefect: Commands, name: str
) -> None:
    prefect("deployment", "run", f"served/{name}", "--param", "x=3")

    run = wait_for_run(x=3)
    assert run["auto_scheduled"] is False


def test_the_command_line_shows_deployments_and_changes_their_schedules(
    serving: Any,
    prefect: Commands,
    reader: Any,
    name: str,
    find_deployment: Callable[[str], Any],
) -> None:
    wait_until(lambda: find_deployment(name))
    whole = f"served/{name}"
    assert whole in prefect("deployment", "ls")
    assert re.search(rf"'name': '{name}'", prefect("deployment", "inspect", whole))
    prefect("deployment", "schedule", "create", whole, "--cron", "5 4 * * *")
    shown = prefect("deployment", "schedule", "ls", whole)
    assert "5 4 * * *" in shown

    def cron() -> Any:
        schedules = find_deployment(name)["schedules"]
        return next((one for one in schedules if "cron" in one["schedule"]), None)

    prefect("deployment", "schedule", "pause", whole, cron()["id"])
    assert cron()["active"] is False
    prefect("deployment", "schedule", "resume", whole, cron()["id"])
    assert cron()["active"] is True
    prefect("deployment", "schedule", "delete", whole, cron()["id"], "--accept-yes")
    assert cron() is None


def test_a_deployment_is_paused_when_nobody_serves_it_any_more(
    serving: Any, wait_for_run: Callable[..., Any], name: str, find_deployment: Callable[[str], Any]
) -> None:
    wait_for_run(x=2)
    interrupt(serving.process)

    assert find_deployment(name)["paused"] is True


def test_a_flow_is_deployed_to_a_pool_and_its_deployment_deleted(
    prefect: Commands, major: str, find_deployment: Callable[[str], Any]
) -> None:
    pool, name = f"pool-{major[0]}", f"deployed-{major[0]}"
    prefect("work-pool", "create", pool, "--type", "process")
    flow = ("serving.py:served", "--name", name, "--pool", pool)
    prefect("deploy", *flow, "--cron", "0 3 * * *", "--timezone", "Europe/Berlin")

    deployment = find_deployment(name)
    assert (deployment["work_pool_name"], deployment["work_queue_name"]) == (pool, "default")
    assert deployment["schedules"][0]["schedule"]["timezone"] == "Europe/Berlin"
    assert deployment["pull_steps"]
    prefect("deployment", "delete", f"served/{name}")
    assert find_deployment(name) is None
