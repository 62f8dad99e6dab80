"""Many task runs of several clients at once, of both majors, against one server."""

from collections import Counter
from collections.abc import Callable
from typing import Any

TASKS, LINES = 40, 5


def test_clients_of_both_majors_at_once_lose_nothing(
    start: Callable[..., Any], readers: Callable[[str], Any]
) -> None:
    scripts = [(major, start(major, "many.py", str(TASKS))) for major in ("3.9", "2.20") * 2]

    for major, script in scripts:
        ran, reader = script.finish(), readers(major)

        assert ran.returncode == 0, ran.console
        assert ran.complaints() == []
        assert ran.refusals() == []
        assert ran.seen["result"] == sum(range(TASKS))
        run_id = ran.seen["runs"]["many"]
        runs = reader.task_runs(run_id)
        assert len(runs) == TASKS
        assert {(run["state_name"], run["run_count"]) for run in runs} == {("Completed", 1)}
        names = Counter(state["name"] for run in runs for state in reader.states(run))
        assert names == {"Pending": TASKS, "Running": TASKS, "Completed": TASKS}
        assert_lines_are_whole(reader.logs(run_id))


def assert_lines_are_whole(logs: list[Any]) -> None:
    """Assert that each task's own lines are there, once and in their order."""
    lines = [line for line in logs if " of task " in line["message"]]
    assert len(lines) == TASKS * LINES
    of_tasks: dict[str, list[str]] = {}
    for line in lines:
        of_tasks.setdefault(line["task_run_id"], []).append(line["message"])
    assert len(of_tasks) == TASKS
    for messages in of_tasks.values():
        assert [message.split()[0] for message in messages] == [str(n) for n in range(LINES)]
