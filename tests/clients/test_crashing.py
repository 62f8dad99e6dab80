"""Crashes below: the task run, its flow run and those above end as crashed, none is left."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ran(start: Callable[..., Any], major: str) -> Any:
    """Run the script, which ends its own process."""
    return start(major, "crashing.py").finish()


def test_the_process_ended_by_the_signal(ran: Any) -> None:
    assert ran.returncode != 0
    assert ran.seen["endings"] == {"left": "SystemExit", "cancelled": "CancelledError"}


@pytest.mark.parametrize("name", ["left", "ended"])
def test_all_above_a_crash_have_crashed(ran: Any, reader: Any, name: str) -> None:
    run = reader.flow_run(ran.seen["runs"][name])
    [placeholder] = reader.task_runs(run["id"])
    [below] = reader.subflow_runs(run["id"])
    last = [task for task in reader.task_runs(below["id"]) if task["state_type"] != "COMPLETED"]

    ends = [(each["state_name"], each["state_type"]) for each in (run, placeholder, below, *last)]
    assert ends == [("Crashed", "CRASHED")] * 4
    assert all(each["end_time"] for each in (run, placeholder, below, *last))


def test_an_async_run_that_is_cancelled_has_crashed(ran: Any, reader: Any) -> None:
    run = reader.flow_run(ran.seen["runs"]["cancelled"])
    [task] = reader.task_runs(run["id"])

    assert (run["state_name"], task["state_name"]) == ("Crashed", "Crashed")


def test_lines_before_the_end_are_there(ran: Any, reader: Any) -> None:
    [below] = reader.subflow_runs(ran.seen["runs"]["ended"])

    assert "the end is near" in [line["message"] for line in reader.logs(below["id"])]


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("crashing", ran) == []
