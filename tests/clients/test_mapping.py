"""A thousand task runs of one map: each is there once, whole, and known by what takes them all."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

COUNT = 1_000


@pytest.fixture(scope="module")
def ran(run: Callable[..., Any], major: str) -> Any:
    return run(major, "mapping.py")


@pytest.fixture(scope="module")
def tasks(ran: Any, reader: Any) -> Any:
    return reader.task_runs(ran.seen["runs"]["mapping"])


def test_the_script_ends_as_it_should(ran: Any) -> None:
    assert ran.seen["result"] == sum(number * number for number in range(COUNT))


def test_each_call_is_one_task_run_that_ran_once(tasks: Any) -> None:
    squares = [run for run in tasks if run["name"].startswith("square")]

    assert len(squares) == len({run["id"] for run in squares}) == COUNT
    assert len({run["dynamic_key"] for run in squares}) == COUNT
    assert Counter((run["state_name"], run["run_count"]) for run in squares) == {
        ("Completed", 1): COUNT
    }


def test_what_takes_them_all_names_each(tasks: Any) -> None:
    [total] = [run for run in tasks if run["name"].startswith("total")]
    squares = {run["id"] for run in tasks} - {total["id"]}

    assert {item["id"] for item in total["task_inputs"]["numbers"]} == squares


def test_the_graph_has_them_all(ran: Any, tasks: Any, reader: Any) -> None:
    graph = reader.get(f"flow_runs/{ran.seen['runs']['mapping']}/graph-v2")

    assert {node_id for node_id, _ in graph["nodes"]} == {run["id"] for run in tasks}


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("mapping", ran) == []
