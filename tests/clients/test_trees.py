"""Trees of flows, as deep and as wide as a script makes them."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ran(start: Callable[..., Any], major: str) -> Any:
    """Run the script, whose client complains of the parameters that are wrong."""
    ran = start(major, "trees.py").finish()
    assert ran.returncode == 0, ran.console
    return ran


def below(reader: Any, run_id: str) -> Iterator[Any]:
    """Yield the flow runs below one, each with its parent's task runs in mind."""
    for run in reader.subflow_runs(run_id):
        yield run
        yield from below(reader, run["id"])


def test_the_script_ends_as_it_should(ran: Any) -> None:
    assert ran.seen["root"] == {
        "twice": [2, 4], "after": 30, "depth": 0, "failed": "Failed", "wrong": "Failed",
    }  # fmt: skip
    assert ran.seen["at_once"] == [0, 1, 2]
    assert ran.seen["tries_again"] == [10, 3]
    assert ran.seen["ends_so"] == "Failed"


def test_every_flow_run_of_a_tree_is_the_child_of_one_task_run(ran: Any, reader: Any) -> None:
    root = ran.seen["runs"]["root"]
    runs = list(below(reader, root))
    placeholders = {
        task["id"]: task["state"]["state_details"]["child_flow_run_id"]
        for parent in [root, *(run["id"] for run in runs)]
        for task in reader.task_runs(parent)
        if task["state"]["state_details"]["child_flow_run_id"]
    }

    assert len(runs) == 8  # counts four times, depth three times, and the one that fails
    assert {run["parent_task_run_id"]: run["id"] for run in runs} == placeholders


def test_a_placeholder_ends_as_its_subflow_does(ran: Any, reader: Any) -> None:
    ends = Counter(run["state_name"] for run in reader.subflow_runs(ran.seen["runs"]["root"]))
    tasks = reader.task_runs(ran.seen["runs"]["root"])
    placeholders = [task for task in tasks if task["state"]["state_details"]["child_flow_run_id"]]

    assert ends == {"Completed": 4, "Failed": 2}
    assert Counter(task["state_name"] for task in placeholders) == ends


def test_tags_go_down_to_what_is_called_below_them(ran: Any, reader: Any) -> None:
    tagged = [run["tags"] for run in below(reader, ran.seen["runs"]["root"]) if run["tags"]]

    assert tagged == [["below"], ["below"]]


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("trees", ran) == []
