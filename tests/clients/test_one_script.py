"""The same ordinary flow script under both majors: what it saw is what the server tells."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
import requests

FLOW_STATES = ["Pending", "Running", "Completed"]
TASK_STATES = ["Pending", "Running", "Completed"]


@pytest.fixture(scope="module")
def ran(run: Callable[..., Any], major: str) -> Any:
    return run(major, "daily_etl.py")


@pytest.fixture(scope="module")
def runs(ran: Any, reader: Any) -> Any:
    """Return the flow runs that the script saw, and the subflow's, by flow name."""
    found = {name: reader.flow_run(run_id) for name, run_id in ran.seen["runs"].items()}
    [found["load"]] = reader.subflow_runs(found["etl"]["id"])
    return found


@pytest.fixture(scope="module")
def tasks(runs: Any, reader: Any) -> Any:
    """Return the task runs of each flow, by the name that the task has in the script."""
    return {
        flow: [(run["task_key"].rpartition("-")[0], run) for run in reader.task_runs(found["id"])]
        for flow, found in runs.items()
    }


def names(states: Any) -> list[str]:
    return [state["name"] for state in states]


def only(tasks: Any, wanted: str) -> Any:
    [found] = [run for name, run in tasks if name == wanted]
    return found


def test_the_script_ends_as_it_should(ran: Any) -> None:
    assert ran.seen["result"] == {"loaded": 60, "audit": "Failed", "late": 6}
    assert ran.seen["second"] == 2
    assert ran.seen["failed"]["type"] == "FAILED"


def test_flow_runs_have_the_names_parameters_and_tags_of_the_script(runs: Any) -> None:
    assert runs["etl"]["name"] == "etl-of-2026-01-02"
    assert runs["load"]["name"] == "load-facts"
    assert runs["etl"]["parameters"] == {"day": "2026-01-02", "factor": 10}
    assert runs["load"]["parameters"]["table"] == "facts"
    assert sorted(runs["daily-etl"]["tags"]) == ["daily-etl", "nightly"]
    assert runs["etl"]["tags"] == []


def test_flow_runs_went_through_their_states_in_order(ran: Any, runs: Any, reader: Any) -> None:
    states = {name: names(reader.states(run)) for name, run in runs.items()}

    assert states == {
        "etl": FLOW_STATES,
        "load": FLOW_STATES,
        "second-chance": ["Pending", "Running", "AwaitingRetry", "Running", "Completed"],
        "daily-etl": ["Pending", "Running", "Failed"],
    }
    failed, seen = runs["daily-etl"]["state"], ran.seen["failed"]
    assert (failed["name"], failed["message"]) == (seen["name"], seen["message"])
    assert runs["second-chance"]["run_count"] == ran.seen["second"]


def test_tasks_that_failed_at_first_were_tried_again(ran: Any, tasks: Any, reader: Any) -> None:
    extract = only(tasks["etl"], "extract")

    assert names(reader.states(extract)) == [
        "Pending",
        "Running",
        "AwaitingRetry",
        "Retrying",
        "AwaitingRetry",
        "Retrying",
        "Completed",
    ]
    assert extract["run_count"] == ran.seen["attempts"] == 3
    assert sorted(extract["tags"]) == ["flaky", "source"]
    assert extract["empirical_policy"]["retries"] == 2


def test_each_call_of_a_mapped_task_is_a_task_run(tasks: Any, reader: Any) -> None:
    scaled = [run for name, run in tasks["etl"] if name == "scale"]

    assert [run["name"] for run in scaled] == [f"scale-{row}-by-10" for row in (1, 2, 3)]
    assert [names(reader.states(run)) for run in scaled] == [TASK_STATES] * 3


def test_task_runs_know_what_they_were_made_of(tasks: Any) -> None:
    extract, total = only(tasks["etl"], "extract"), only(tasks["etl"], "total")
    scaled = {run["id"] for name, run in tasks["etl"] if name == "scale"}

    assert [item["id"] for item in total["task_inputs"]["rows"]] == [extract["id"]]
    assert {item["id"] for item in total["task_inputs"]["wait_for"]} == scaled


def test_a_task_that_fails_keeps_its_message(tasks: Any, reader: Any) -> None:
    audit = only(tasks["etl"], "audit")

    assert names(reader.states(audit)) == ["Pending", "Running", "Failed"]
    assert audit["state"]["message"].endswith("ValueError: 3 rows do not add up")


def test_a_subflow_hangs_below_its_parent(runs: Any, tasks: Any, reader: Any) -> None:
    placeholder = only(tasks["etl"], "load")

    assert runs["load"]["parent_task_run_id"] == placeholder["id"]
    assert placeholder["state"]["state_details"]["child_flow_run_id"] == runs["load"]["id"]
    assert placeholder["state"]["state_details"]["flow_run_id"] == runs["etl"]["id"]
    assert names(reader.states(placeholder)) == ["Pending", *FLOW_STATES]
    assert [name for name, _ in tasks["load"]] == ["total"]


def test_every_line_is_logged_once_at_its_level(ran: Any, runs: Any, reader: Any) -> None:
    logs = reader.logs(*(run["id"] for run in runs.values()))

    assert Counter((line["level"], line["message"]) for line in logs) == ran.said()


def test_lines_are_read_in_the_order_they_were_written(ran: Any, runs: Any, reader: Any) -> None:
    own = {"for 2026-01-02", "a detail", "3 rows, ünïcode ✓", "audit: Failed", "done"}
    lines = reader.logs(runs["etl"]["id"])

    assert [(line["level"], line["message"]) for line in lines if line["message"] in own] == [
        (20, "for 2026-01-02"),
        (10, "a detail"),
        (30, "3 rows, ünïcode ✓"),
        (40, "audit: Failed"),
        (50, "done"),
    ]


def test_lines_of_a_task_name_its_task_run(runs: Any, tasks: Any, reader: Any) -> None:
    extract = only(tasks["etl"], "extract")

    lines = [
        line for line in reader.logs(runs["etl"]["id"]) if line["message"].startswith("attempt ")
    ]

    assert [line["message"] for line in lines] == [f"attempt {n} for 2026-01-02" for n in (1, 2, 3)]
    assert {line["task_run_id"] for line in lines} == {extract["id"]}


def test_times_are_in_order_and_add_up(runs: Any, tasks: Any, reader: Any) -> None:
    for run in [*runs.values(), *(run for found in tasks.values() for _, run in found)]:
        states = reader.states(run)
        moments = [datetime.fromisoformat(state["timestamp"]) for state in states]
        begun, ended = (datetime.fromisoformat(run[name]) for name in ("start_time", "end_time"))
        running = sum(
            (end - begin).total_seconds()
            for state, (begin, end) in zip(states, pairwise(moments), strict=False)
            if state["type"] == "RUNNING"
        )

        assert moments == sorted(set(moments))
        assert begun <= ended
        assert ended == moments[-1]
        assert run["total_run_time"] == pytest.approx(running, abs=0.01)
        assert run["state"]["id"] == run["state_id"] == states[-1]["id"]


def test_the_address_that_the_client_prints_opens_the_page_of_the_run(ran: Any, runs: Any) -> None:
    [address] = [url for url in ran.addresses() if url.endswith(runs["daily-etl"]["id"])]

    page = requests.get(address, timeout=30)

    assert page.status_code == 200
    assert runs["daily-etl"]["name"] in page.text


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("daily_etl", ran) == []
