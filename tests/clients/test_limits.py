"""Concurrency limits: by the command lines, and as flows and tasks wait for them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.clients.commands import Commands


@pytest.fixture(scope="module")
def prefix() -> str:
    return f"of-{uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def made(prefect: Commands, prefix: str) -> dict[str, str]:
    """Make the limits by the command line; return what it said."""
    rate = ["--limit", "1", "--slot-decay-per-second", "1"]
    return {
        "slots": prefect("gcl", "create", f"{prefix}-slots", "--limit", "2"),
        "rate": prefect("gcl", "create", f"{prefix}-rate", *rate),
        "tag": prefect("concurrency-limit", "create", f"{prefix}-tag", "2"),
    }


@pytest.fixture(scope="module")
def ran(made: Any, start: Callable[..., Any], major: str, prefix: str) -> Any:
    # Whoever waits is refused first, so this is no script that nobody refuses anything.
    ran = start(major, "limits.py", prefix).finish()
    assert ran.returncode == 0, ran.console
    return ran


def test_the_command_line_says_what_it_made(made: dict[str, str], prefix: str) -> None:
    assert f"{prefix}-slots" in made["slots"]
    assert f"{prefix}-rate" in made["rate"]
    assert f"{prefix}-tag" in made["tag"]


def test_no_more_hold_slots_than_there_are(ran: Any) -> None:
    assert all(peak <= 2 for peak in ran.seen["peaks"].values())
    assert ran.seen["done"] == {"slots": 4, "tag": 4, "both": 1}


def test_a_rate_lets_one_by_in_a_second(ran: Any) -> None:
    assert ran.seen["rate"] >= 1.9


def test_who_waits_is_refused_and_nothing_else_is(ran: Any) -> None:
    refused = {(method, status) for method, _, status in ran.refusals()}

    assert refused <= {("POST", 423), ("GET", 404)}
    assert ran.complaints() == []


def test_all_slots_come_back(ran: Any, reader: Any, prefix: str) -> None:
    slots = reader.get(f"v2/concurrency_limits/{prefix}-slots")
    tag = reader.get(f"concurrency_limits/tag/{prefix}-tag")

    assert (slots["limit"], slots["active_slots"]) == (2, 0)
    assert (tag["concurrency_limit"], tag["active_slots"]) == (2, [])


def test_all_task_runs_complete(ran: Any, reader: Any) -> None:
    task_runs = reader.task_runs(ran.seen["runs"]["limited"])

    assert [run["state_type"] for run in task_runs] == ["COMPLETED"] * 8


def test_the_command_line_shows_changes_and_deletes_limits(
    ran: Any, prefect: Commands, reader: Any, prefix: str
) -> None:
    name = f"{prefix}-slots"
    assert name in prefect("gcl", "ls")
    prefect("gcl", "update", name, "--limit", "5", "--active-slots", "1")
    prefect("gcl", "disable", name)
    limit = reader.get(f"v2/concurrency_limits/{name}")
    assert (limit["limit"], limit["active_slots"], limit["active"]) == (5, 1, False)
    prefect("gcl", "enable", name)
    assert "5" in prefect("gcl", "inspect", name)
    for one in (name, f"{prefix}-rate"):
        prefect("gcl", "delete", one)
    left = [one["name"] for one in reader.filter("v2/concurrency_limits")]
    assert [one for one in left if one.startswith(prefix)] == []


def test_the_command_line_shows_resets_and_deletes_limits_of_tags(
    ran: Any, prefect: Commands, reader: Any, prefix: str
) -> None:
    tag = f"{prefix}-tag"
    assert tag in prefect("concurrency-limit", "ls")
    prefect("concurrency-limit", "reset", tag)
    assert tag in prefect("concurrency-limit", "inspect", tag)
    prefect("concurrency-limit", "delete", tag)

    left = [one["tag"] for one in reader.filter("concurrency_limits")]
    assert tag not in left
