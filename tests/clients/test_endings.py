"""Runs that end otherwise than well: by what they return, by what they raise, by a signal."""

import json
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="module")
def ran(run: Callable[..., Any], major: str) -> Any:
    return run(major, "endings.py")


@pytest.mark.parametrize(
    ("flow", "name", "state_type", "message"),
    [
        ("returns-cancelled", "Cancelled", "CANCELLED", "by hand"),
        ("returns-failed", "Failed", "FAILED", "by hand"),
        ("returns-named", "Skipped", "COMPLETED", "nothing to do"),
        ("stops", "Failed", "FAILED", "CancelledRun: enough"),
        ("fails-with-its-tasks", "Failed", "FAILED", "1/2 states failed."),
        ("crashes", "Crashed", "CRASHED", "Execution was aborted by Python system exit call."),
    ],
)
def test_a_run_ends_in_the_state_that_the_client_gave_it(
    ran: Any, reader: Any, flow: str, name: str, state_type: str, message: str
) -> None:
    run = reader.flow_run(ran.seen["runs"][flow])

    states = reader.states(run)

    assert [state["name"] for state in states] == ["Pending", "Running", name]
    assert run["state_type"] == state_type
    assert run["state"]["message"].endswith(message)
    assert ran.seen["states"][flow] == ("SystemExit" if flow == "crashes" else name)
    assert run["end_time"] is not None


def test_a_state_with_a_name_of_its_own_keeps_it(ran: Any, reader: Any) -> None:
    [skipped] = reader.task_runs(ran.seen["runs"]["returns-named"])

    assert skipped["state_name"] == "Skipped"
    assert skipped["state"]["message"] == "nothing to do"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_whose_process_is_asked_to_end_has_crashed(
    start: Callable[..., Any], major: str, reader: Any, number: signal.Signals
) -> None:
    run_id, returncode = end_amid(start(major, "waiting.py"), number)

    run, [task] = reader.flow_run(run_id), reader.task_runs(run_id)
    assert returncode != 0
    assert [state["name"] for state in reader.states(run)] == ["Pending", "Running", "Crashed"]
    assert [state["name"] for state in reader.states(task)] == ["Pending", "Running", "Crashed"]
    assert run["state"]["message"].startswith("Execution was ")


def test_a_run_whose_process_is_killed_is_left_as_it_was(
    start: Callable[..., Any], major: str, reader: Any
) -> None:
    run_id, returncode = end_amid(start(major, "waiting.py"), signal.SIGKILL)

    run = reader.flow_run(run_id)
    assert returncode == -signal.SIGKILL
    assert (run["state_name"], run["end_time"]) == ("Running", None)
    assert run["estimated_run_time"] > 0


def end_amid(script: Any, number: signal.Signals) -> tuple[str, int]:
    """Send the signal once the script's task runs; return its flow run and how it ended."""
    until = time.monotonic() + 60
    while not script.read("out"):
        assert script.process.poll() is None, script.read("console")
        assert time.monotonic() < until, script.read("console")
        time.sleep(0.05)
    script.process.send_signal(number)
    ran = script.finish()
    run_id: str = json.loads(script.read("out"))["run"]
    return run_id, ran.returncode


def test_the_rows_are_those_that_the_clients_own_server_stores(ran: Any, differences: Any) -> None:
    assert differences("endings", ran) == []
