"""Retries of tasks and flows: how often, after which delay, and when not."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ran(run: Callable[..., Any], major: str) -> Any:
    return run(major, "retrying.py")


@pytest.fixture
def tasks(ran: Any, reader: Any) -> Any:
    runs = reader.task_runs(ran.seen["runs"]["tries"])
    return {run["task_key"].rpartition("-")[0].rpartition(".")[2]: run for run in runs}


def waits(states: list[Any]) -> list[float]:
    """Return the seconds between each AwaitingRetry and what follows it."""
    return [
        (moment(after) - moment(before)).total_seconds()
        for before, after in pairwise(states)
        if before["name"] == "AwaitingRetry"
    ]


def moment(state: Any) -> datetime:
    return datetime.fromisoformat(state["timestamp"])


def test_the_script_ends_as_it_should(ran: Any, major: str) -> None:
    assert ran.seen["tries"] == {
        "in vain": "Failed",
        "hopeless": "Failed",
        "hopeful": "Completed",
        "backing off": "Completed",
        "too slow": "TimedOut",
    }
    assert (ran.seen["again"], ran.seen["never"]) == (3, "Failed")
    # A task that succeeded runs again with its flow, but for the older client, which remembers it.
    steady = 1 if major == "2.20" else 3
    assert {name: len(times) for name, times in ran.seen["times"].items()} == {
        "in vain": 4, "hopeless": 1, "hopeful": 2,
        "backing off": 3, "too slow": 2, "steady": steady,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("task", "delays"), [("in_vain", [0, 1, 1.2]), ("backing_off", [0.8, 1.6])]
)
def test_a_retry_waits_for_its_own_delay(
    tasks: Any, reader: Any, major: str, task: str, delays: list[float]
) -> None:
    states = reader.states(tasks[task])

    waited = waits(states)

    assert len(waited) == len(delays)
    least = [int(delay) if major == "2.20" else delay for delay in delays]  # in whole seconds there
    assert all(seconds > delay - 0.5 for seconds, delay in zip(waited, least, strict=True))
    assert tasks[task]["run_count"] == len(delays) + 1


def test_a_flow_waits_between_its_tries(ran: Any, reader: Any) -> None:
    run = reader.flow_run(ran.seen["runs"]["again"])
    waited = waits(reader.states(run))

    assert len(waited) == 2
    assert all(seconds > 0.5 for seconds in waited)
    assert run["run_count"] == 3


def test_a_run_that_is_beyond_retries_keeps_the_last_reason(ran: Any, reader: Any) -> None:
    run = reader.flow_run(ran.seen["runs"]["never"])

    assert run["state"]["message"].endswith("RuntimeError: never")
    assert run["run_count"] == 2


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("retrying", ran) == []
