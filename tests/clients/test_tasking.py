"""Tasks in the background: handed in by one process, run by another that serves them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.clients.commands import interrupt, killed_at_last, wait_until

SETTINGS = {"PREFECT_EXPERIMENTAL_ENABLE_TASK_SCHEDULING": "true"}  # 2.20 has it behind this
RUN = ["Scheduled", "Pending", "Running"]


@pytest.fixture(scope="module")
def ask(start: Callable[..., Any], major: str) -> Callable[..., Any]:
    """Return what hands in a task, and returns what the script that does so says of it."""

    def hand_in(how: str, task: str, x: int) -> Any:
        ran = start(major, "tasking.py", how, task, str(x), **SETTINGS).finish()
        assert ran.returncode == 0, ran.console
        return ran.seen

    return hand_in


@pytest.fixture(scope="module")
def early(ask: Callable[..., Any], reader: Any) -> Any:
    """Return a task run that was handed in while nobody served its task."""
    return reader.get(f"task_runs/{ask('ask', 'doubles', 4)['id']}")


@pytest.fixture(scope="module")
def worker(early: Any, start: Callable[..., Any], major: str) -> Iterator[Any]:
    started = start(major, "tasking.py", "serve", **SETTINGS)
    with killed_at_last(started.process):
        yield started
        assert started.process.poll() is None, started.read("console")
        interrupt(started.process)


@pytest.fixture(scope="module")
def list_states(reader: Any) -> Callable[[str], list[str]]:
    def read(run_id: str) -> list[str]:
        run = reader.get(f"task_runs/{run_id}")
        return [state["name"] for state in reader.states(run)]

    return read


def test_a_task_run_waits_until_somebody_serves_its_task(
    early: Any, worker: Any, list_states: Callable[[str], list[str]]
) -> None:
    assert early["state"]["name"] == "Scheduled"
    wait_until(lambda: list_states(early["id"])[-1] == "Completed")

    assert list_states(early["id"]) == [*RUN, "Completed"]


def test_who_handed_a_task_in_gets_what_it_gives(
    worker: Any, ask: Callable[..., Any], list_states: Callable[[str], list[str]]
) -> None:
    handed_in = ask("wait", "doubles", 21)

    assert handed_in["result"] == 42
    wait_until(lambda: list_states(handed_in["id"]) == [*RUN, "Completed"])


def test_who_handed_in_a_task_that_fails_learns_of_it(
    worker: Any, ask: Callable[..., Any], list_states: Callable[[str], list[str]]
) -> None:
    handed_in = ask("wait", "breaks", 3)

    assert "no 3" in handed_in["result"]
    wait_until(lambda: list_states(handed_in["id"]) == [*RUN, "Failed"])
