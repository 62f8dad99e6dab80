"""Cached tasks: by the newer client's own storage, by the older one's keys on the server."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ran(run: Callable[..., Any], major: str) -> Any:
    return run(major, "caching.py")


def states_of(reader: Any, run: Any) -> list[str]:
    return [state["name"] for state in reader.states(run)]


def test_what_is_cached_is_found_within_a_run_and_by_another(ran: Any) -> None:
    assert ran.seen["fills"] == [
        "Completed", "Cached", "Completed", "Failed", "Failed", "Completed",
    ]  # fmt: skip
    assert ran.seen["finds"]["found"] == "Cached"
    assert ran.seen["finds"]["mapped"] == [9, 4]


def test_what_ran_out_or_is_refreshed_or_failed_is_made_anew(ran: Any) -> None:
    assert ran.seen["finds"]["fresh"] == "Completed"
    assert ran.seen["finds"]["brief"] == ["Completed", "Completed"]
    assert Counter(ran.seen["calls"]) == {
        "squared 2": 2,  # the second time to refresh it
        "squared 3": 1,
        "failing 4": 2,
        "plain 5": 1,
        "brief 1": 2,
    }


def test_a_cached_task_run_is_completed_under_its_own_name(
    ran: Any, reader: Any, major: str
) -> None:
    # The newer client looks for what is cached as it runs, the older server before.
    states = ["Pending", "Running", "Cached"] if major == "3.9" else ["Pending", "Cached"]
    tasks = reader.task_runs(ran.seen["runs"]["finds"])
    cached = [run for run in tasks if run["state_name"] == "Cached"]

    assert len(cached) == 3
    for run in cached:
        assert states_of(reader, run) == states
        assert run["state_type"] == "COMPLETED"


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("caching", ran) == []
