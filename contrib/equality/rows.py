"""What a server tells of the runs of a script, with names, ids and times made alike."""

import re
from collections.abc import Mapping
from typing import Any

import requests

PAGE = 200
AGENTS = {"3.9": "prefect/3.9.1 (API 0.8.4)", "2.20": "prefect/2.20.27 (API 0.8.4)"}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEX = re.compile(r"\b[0-9a-f]{32}\b")
_PATH = re.compile(r"(/[\w.~-]+)+/storage\b")
# Times, and what is computed from them; what depends on them is whether they are there.
TIMES = {
    "created", "updated", "timestamp", "start_time", "end_time", "expected_start_time",
    "next_scheduled_start_time", "scheduled_time", "cache_expiration", "state_timestamp",
    "pause_timeout",
}  # fmt: skip
DURATIONS = {"total_run_time", "estimated_run_time", "estimated_start_time_delta"}
# Names that servers and clients make up, and versions of the script's own text.
MADE_UP = {"traceparent", "flow_version", "task_version", "infrastructure_pid"}


class Names:
    """Gives each id, and each name that was made up, the number of its first appearance."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def know(self, name: str) -> None:
        self._seen.setdefault(name, f"<{len(self._seen)}>")

    def make_alike(self, text: str) -> str:
        for name in sorted(self._seen, key=len, reverse=True):
            text = text.replace(name, self._seen[name])
        return _HEX.sub("<hex>", _ID.sub("<id>", _PATH.sub("<storage>", text)))


def read_rows(api_url: str, major: str) -> list[Any]:
    """Return each flow run with its states, task runs and logs, in the order of their start."""
    with requests.Session() as http:
        http.headers["User-Agent"] = AGENTS[major]
        runs = _list(http, api_url, "flow_runs", sort="EXPECTED_START_TIME_ASC")
        names = Names()
        for run in runs:
            names.know(run["name"])
        flows = {flow["id"]: flow for flow in _list(http, api_url, "flows")}
        return [_read_run(http, api_url, run, flows[run["flow_id"]], names) for run in runs]


def _read_run(
    http: requests.Session, api_url: str, run: Any, flow: Any, names: Names
) -> dict[str, Any]:
    mine = {"flow_run_id": {"any_": [run["id"]]}}
    tasks = _list(http, api_url, "task_runs", task_runs=mine)
    for task in tasks:  # 3.x makes up the end of a task run's name
        names.know(task["name"])
    lines = _list(http, api_url, "logs", logs=mine)
    return {
        "flow": flow["name"],
        "run": _alike(run, names),
        "states": _states(http, api_url, "flow", run["id"], names),
        "tasks": sorted((_read_task(http, api_url, task, names) for task in tasks), key=repr),
        "logs": sorted((line["level"], names.make_alike(line["message"])) for line in lines),
    }


def _read_task(http: requests.Session, api_url: str, task: Any, names: Names) -> dict[str, Any]:
    row = _alike(task, names)
    row["task_key"] = task["task_key"].rpartition("-")[0]
    row["name"] = task["name"].rpartition("-")[0]
    row["dynamic_key"] = None  # 3.x makes it up
    return {"row": row, "states": _states(http, api_url, "task", task["id"], names)}


def _states(
    http: requests.Session, api_url: str, kind: str, run_id: str, names: Names
) -> list[Any]:
    query = {f"{kind}_run_id": run_id}
    response = http.get(f"{api_url}/{kind}_run_states/", params=query, timeout=60)
    response.raise_for_status()
    return [_alike(state, names) for state in response.json()]


def _alike(value: Any, names: Names, key: str = "") -> Any:
    if key in MADE_UP:
        return None
    if value is not None and (key in TIMES or key in DURATIONS):
        return f"<{key}>"
    if isinstance(value, Mapping):
        return {name: _alike(item, names, name) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [_alike(item, names) for item in value]
    return names.make_alike(value) if isinstance(value, str) else value


def _list(http: requests.Session, api_url: str, kind: str, **body: Any) -> list[Any]:
    found: list[Any] = []
    while True:
        page = {"limit": PAGE, "offset": len(found), **body}
        response = http.post(f"{api_url}/{kind}/filter", json=page, timeout=60)
        response.raise_for_status()
        found += response.json()
        if len(response.json()) < PAGE:
            return found
