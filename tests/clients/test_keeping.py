"""Results, caches, policies and unusual text, as they come back."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ran(run: Callable[..., Any], major: str) -> Any:
    return run(major, "keeping.py")


@pytest.fixture
def flow_run(ran: Any, reader: Any) -> Any:
    return reader.flow_run(ran.seen["runs"]["keep"])


@pytest.fixture
def tasks(flow_run: Any, reader: Any) -> Any:
    return {run["task_key"].rpartition("-")[0]: run for run in reader.task_runs(flow_run["id"])}


def test_the_script_ends_as_it_should(ran: Any) -> None:
    assert ran.seen["result"] == {"first": 2, "again": 2, "shaky": 2}


def test_parameters_come_back_as_they_were(flow_run: Any) -> None:
    assert flow_run["parameters"] == {
        "number": 1,
        "text": "ü ✓ \\ \" ' <b>",
        "nested": {"a": [1, 2.5, None, True], "empty": {}},
    }
    assert flow_run["flow_version"] == "abc"


def test_a_result_that_is_kept_stays_with_the_state(flow_run: Any, tasks: Any, reader: Any) -> None:
    [*_, completed] = reader.states(flow_run)

    assert completed["data"] == flow_run["state"]["data"]
    assert completed["data"]["storage_key"]
    assert tasks["costly"]["state"]["data"]["storage_key"]


def test_a_policy_with_delays_and_jitter_comes_back_whole(tasks: Any, reader: Any) -> None:
    policy = tasks["shaky"]["empirical_policy"]

    assert policy["retries"] == 1
    assert policy["retry_delay"] == [1, 2]
    assert policy["retry_jitter_factor"] == 0.1
    assert tasks["shaky"]["task_version"] == "v7"
    assert [state["name"] for state in reader.states(tasks["shaky"])] == [
        "Pending",
        "Running",
        "AwaitingRetry",
        "Retrying",
        "Completed",
    ]


def test_long_lines_and_lines_of_several_lines_come_back_whole(flow_run: Any, reader: Any) -> None:
    messages = [line["message"] for line in reader.logs(flow_run["id"])]

    assert "x" * 5_000 in messages
    assert "line one\nline two\n\n  indented" in messages


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("keeping", ran) == []
