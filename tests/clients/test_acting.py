"""Automations made by either client act on what runs do."""

from collections.abc import Callable
from typing import Any

import pytest

from headwater.testing import FakeService
from tests.clients.commands import EVENTS, wait_until


@pytest.fixture(scope="module")
def acted(run: Callable[..., Any], major: str, shared_slack: FakeService) -> Any:
    shared_slack.forget()
    return run(major, "acting.py", shared_slack.url, **EVENTS).seen


def test_a_run_that_is_made_has_parameters_of_the_types_of_the_run_that_it_is_made_for(
    acted: Any,
) -> None:
    given = {"rows": 3, "half": 0.5, "many": [1, {"a": None}]}
    assert acted["made"] == given | {"all": given, "text": "3 rows", "name": "the-3"}


def test_runs_are_moved_by_what_they_do(acted: Any, major: str) -> None:
    assert acted["cancel"].startswith("Cancelled")
    assert acted["skip"] == "Skipped: by rule"
    assert acted["suspend"].startswith("Suspended")
    if major == "3.9":
        assert acted["resume"]
        assert acted["delete"] is True


def test_a_run_that_does_not_complete_in_time_is_cancelled_and_no_other(acted: Any) -> None:
    assert acted["hangs"].startswith("Cancel")
    assert acted["in time"] == "Completed"


def test_blocks_are_told_once_of_what_the_run_has(
    acted: Any, shared_slack: FakeService, major: str
) -> None:
    def find(path: str) -> Any:
        return [one for one in shared_slack.requests if one.path.endswith(path)]

    (notified,) = wait_until(lambda: find("/notified"))
    (called,) = wait_until(lambda: find("/called"))
    subject, body = notified.body["said"]
    said, _, address = body.partition("\n\n")
    assert (subject, said) == ("Done", f"the-3 of acts-{major[0]} is Completed")
    assert address.endswith(f"/runs/flow-run/{called.body['run']}")
    assert called.body["rows"] == 3
    assert called.headers["x-key"] == "a"


def test_the_sdk_makes_reads_changes_and_deletes_automations(
    start: Callable[..., Any], major: str
) -> None:
    ran = start(major, "automations.py", **EVENTS).finish()

    assert ran.returncode == 0, ran.console
    # 2.20 enables an automation of a name that it has for all, which is not there.
    enabled = [False, False] if major == "2.20" else [True, True]
    assert ran.seen["sync"] == {
        "same": True,
        "within": [60, 1],
        "changed": "changed",
        "disabled": [True, False],
        "enabled": enabled,
        "deleted": True,
        "gone by name": True,
        "gone by id": True,
        "gone switched": False,
    }
    assert ran.seen["async"] == {"both": True, "none": [], "paused": False, "ends": True}
