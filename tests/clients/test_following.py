"""A run that the command line executes is followed by all that the clients have for that."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.clients.commands import (
    EVENTS,
    LONGEST,
    Commands,
    Shell,
    killed_at_last,
    wait_until,
)

LINES = [f"line {number}" for number in range(420)]  # more than fit into two pages
NEWER = pytest.mark.parametrize("major", ["3.9"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def run_id(shell: Shell, major: str) -> str:
    """Return the id of a run of the flow that talks; nobody but this module runs it."""
    pool, name = f"talk-{major[0]}", f"talks-{major[0]}"
    script = Path(__file__).parent / "scripts" / "talking.py"
    (shell.folder / script.name).write_text(script.read_text())
    shell("work-pool", "create", pool, "--type", "process")
    shell("deploy", f"{script.name}:talks", "--name", name, "--pool", pool)
    said = shell("deployment", "run", f"talks/{name}")
    found = re.search(r"UUID: ([0-9a-f-]{36})", said)
    assert found, said
    return found[1]


@pytest.fixture(scope="module")
def followed(
    run_id: str, prefect: Commands, start: Callable[..., Any], major: str
) -> dict[str, Any]:
    """Return what those who followed a run saw that the command line executed."""
    with ExitStack() as processes:
        following = start(major, "following.py", run_id, **EVENTS)
        processes.enter_context(killed_at_last(following.process))
        console = prefect.folder / "watched"
        if major == "3.9":
            watching = prefect.start("flow-run", "watch", run_id, console=console.name)
            processes.enter_context(killed_at_last(watching))
            wait_until(lambda: "filtering events since" in console.read_text())
        wait_until(lambda: "waiting" in following.read("out") or following.process.poll())
        prefect("flow-run", "execute", run_id)
        ran = following.finish()
        assert ran.returncode == 0, ran.console
        seen: dict[str, Any] = ran.seen
        if major == "3.9":
            seen |= {"status": watching.wait(LONGEST), "watched": console.read_text()}
    return seen


def test_a_run_that_is_executed_is_waited_for(followed: Any, run_id: str, reader: Any) -> None:
    run = reader.flow_run(run_id)

    assert followed["state"] == run["state_name"] == "Completed"
    assert [state["name"] for state in reader.states(run)][-2:] == ["Running", "Completed"]


@NEWER
def test_lines_and_events_come_as_they_are_written(followed: Any) -> None:
    assert followed["lines"] == LINES
    assert followed["status"] == 0
    shown = re.findall(r"line \d+$", followed["watched"], re.MULTILINE)
    assert shown == LINES
    told = re.findall(r" prefect\.flow-run\.(\w+) \* ", followed["watched"])
    assert [what for what in told if what != "heartbeat"][-2:] == ["Running", "Completed"]
    assert "Flow run finished successfully in 'Completed'." in followed["watched"]


@NEWER
@pytest.mark.usefixtures("followed")
def test_a_run_that_is_over_is_not_watched(run_id: str, shell: Shell) -> None:
    assert "already finished" in shell("flow-run", "watch", run_id)


@pytest.mark.usefixtures("followed")
def test_the_lines_of_a_run_are_shown_whole_or_in_part(run_id: str, shell: Shell) -> None:
    def show(*words: str) -> list[str]:
        said = shell("flow-run", "logs", run_id, *words)
        return [line.rpartition(" - ")[2] for line in said.splitlines()]

    whole = show()
    assert [line for line in whole if line.startswith("line ")] == LINES
    assert show("--head") == whole[:20]
    assert show("--head", "-n", "3") == whole[:3]
    assert show("--tail", "-n", "3") == whole[-3:]
    assert show("--reverse") == whole[::-1]
    assert show("--reverse", "-n", "2") == whole[:-3:-1]
