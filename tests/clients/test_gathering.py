"""An async flow: what it gathers, what it calls, what takes too long."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ran(run: Callable[..., Any], major: str) -> Any:
    return run(major, "gathering.py")


@pytest.fixture(scope="module")
def runs(ran: Any, reader: Any) -> Any:
    return {name: reader.flow_run(run_id) for name, run_id in ran.seen["runs"].items()}


def names(states: Any) -> list[str]:
    return [state["name"] for state in states]


def test_the_script_ends_as_it_should(ran: Any) -> None:
    assert ran.seen["result"] == {
        "found": [[0, 1, 2], [0, 1, 2]],
        "late": "TimedOut",
        "last": 9,
    }
    assert ran.seen["dawdled"] == {"name": "TimedOut", "type": "FAILED"}


def test_gathered_tasks_are_the_task_runs_of_their_subflow(
    ran: Any, runs: Any, reader: Any
) -> None:
    gathered = {site: reader.task_runs(runs[site]["id"]) for site in ("a", "b")}
    last = [run for run in reader.task_runs(runs["crawl"]["id"]) if run["name"] == "fetch-9"]

    for found in gathered.values():
        assert [run["name"] for run in found] == ["fetch-0", "fetch-1", "fetch-2"]
        assert [names(reader.states(run)) for run in found] == [
            ["Pending", "Running", "Completed"]
        ] * 3
    everything = [*gathered["a"], *gathered["b"], *last]
    assert Counter(run["id"] for run in everything) == Counter(ran.seen["tasks"])


def test_subflows_hang_below_the_flow_that_called_them(runs: Any, reader: Any) -> None:
    called = reader.subflow_runs(runs["crawl"]["id"])
    placeholders = {
        run["id"]: run["state"]["state_details"]["child_flow_run_id"]
        for run in reader.task_runs(runs["crawl"]["id"])
    }

    assert [run["name"] for run in called] == ["pages-of-a", "pages-of-b"]
    assert [run["id"] for run in called] == [runs["a"]["id"], runs["b"]["id"]]
    assert [placeholders[run["parent_task_run_id"]] for run in called] == [
        run["id"] for run in called
    ]


def test_what_takes_too_long_is_timed_out(runs: Any, reader: Any) -> None:
    [slow] = [run for run in reader.task_runs(runs["crawl"]["id"]) if "slow" in run["task_key"]]

    assert names(reader.states(slow)) == ["Pending", "Running", "TimedOut"]
    assert names(reader.states(runs["dawdle"])) == ["Pending", "Running", "TimedOut"]
    assert runs["dawdle"]["state_type"] == slow["state_type"] == "FAILED"


def test_every_line_is_logged_once_at_its_level(ran: Any, runs: Any, reader: Any) -> None:
    logs = reader.logs(*(run["id"] for run in runs.values()))

    assert Counter((line["level"], line["message"]) for line in logs) == ran.said()


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("gathering", ran) == []
