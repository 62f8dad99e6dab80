"""What a server stores of a script's runs, as rows that can be compared."""

import json
import time
from collections.abc import Iterator
from typing import Any

from contrib.equality.alike import Alike, count_equal
from contrib.equality.reader import Reader

PAUSE, PATIENCE = 2.0, 600.0  # seconds
# A client that a signal ends loses the lines that it has not sent, whatever the server: which ones
# depends on when it last sent some.
ENDED = "Execution was aborted by a termination signal."


def read_rows(reader: Reader, run_ids: list[str]) -> list[Any]:
    """Return a row for each of the runs with its states, task runs, logs and subflow runs."""
    return _rows_of(_read_trees(reader, run_ids))


def read_settled_rows(reader: Reader, run_ids: list[str]) -> list[Any]:
    """Return the rows once they stay the same: the clients' own server stores some of them late."""
    end = time.monotonic() + PATIENCE
    before, trees = [], _read_trees(reader, run_ids)
    while before != [tree.told for tree in trees]:
        if time.monotonic() > end:
            raise SystemExit(f"the rows of {run_ids} never came to rest")
        time.sleep(PAUSE)
        before, trees = [tree.told for tree in trees], _read_trees(reader, run_ids)
    return _rows_of(trees)


def _read_trees(reader: Reader, run_ids: list[str]) -> list["Tree"]:
    runs = [reader.flow_run(run_id) for run_id in dict.fromkeys(run_ids)]
    return [Tree(reader, run) for run in runs if run["parent_task_run_id"] is None]


def _rows_of(trees: list["Tree"]) -> list[Any]:
    alike = Alike()
    for tree in trees:
        tree.tell(alike)
    return [tree.row(alike) for tree in trees]


class Tree:
    """A flow run, its task runs and the trees of its subflow runs, as the server tells them."""

    def __init__(self, reader: Reader, run: Any) -> None:
        self._reader, self._run = reader, run
        self._flow = reader.get(f"flows/{run['flow_id']}")["name"]
        self._tasks = reader.task_runs(run["id"])
        self._logs = reader.logs(run["id"])
        self._subflows = [Tree(reader, found) for found in reader.subflow_runs(run["id"])]

    @property
    def told(self) -> list[Any]:
        """What of it may come late, to be compared with what is read later."""
        states = [[run["id"], run["state_id"]] for run in (self._run, *self._tasks)]
        return [states, len(self._logs), [tree.told for tree in self._subflows]]

    def tell(self, alike: Alike) -> None:
        """Say what the ids and names of this tree stand for."""
        alike.know(self._run["flow_id"], f"flow {self._flow}")
        for text in (self._run["id"], self._run["name"]):
            alike.know(text, f"run of {self._flow}")
        for task in self._tasks:
            for text in (task["id"], task["name"]):
                alike.know(text, f"task run of {_name(task)}")
        for tree in self._subflows:
            tree.tell(alike)

    def row(self, alike: Alike) -> dict[str, Any]:
        tasks = [
            {"task": _name(task), **_row(task, self._reader.states(task), alike)}
            for task in self._tasks
        ]
        row = {"flow": self._flow, **_row(self._run, self._reader.states(self._run), alike)}
        row["tasks"] = count_equal(sorted(tasks, key=_order))
        row["logs"] = count_equal(sorted(self._lines(alike), key=_order))
        # Those that ran at once have no order.
        row["subflows"] = sorted((tree.row(alike) for tree in self._subflows), key=_order)
        return row

    def _lines(self, alike: Alike) -> Iterator[list[Any]]:
        """Yield what can be compared of the lines: none of a run whose client was ended."""
        is_ended = self._run["state"] is not None and self._run["state"]["message"] == ENDED
        for line in () if is_ended else self._logs:
            of_task = alike.text(line["task_run_id"]) if line["task_run_id"] else ""
            yield [of_task, line["level"], alike.text(line["message"])]


def _row(run: Any, states: list[Any], alike: Alike) -> dict[str, Any]:
    """Return the row of a flow run or task run, and those of its states."""
    row, told = alike.value(run), [alike.value(state) for state in states]
    if "task_key" in row:
        row["task_key"] = _name(run)
    if told and row.get("state") == told[-1]:
        row["state"] = "<the last>"
    return {"run": row, "states": told}


def _name(task: Any) -> str:
    """Return the name of a task, without the digest of its text that the key ends with."""
    return str(task["task_key"].rpartition("-")[0] or task["task_key"])


def _order(row: Any) -> tuple[str, str]:
    """Return a key that puts runs beside those which went the same way on another server."""
    whole = json.dumps(row, sort_keys=True)
    if not isinstance(row, dict):
        return "", whole
    way = [row.get("task"), [state["name"] for state in row["states"]]]
    return json.dumps(way), whole
