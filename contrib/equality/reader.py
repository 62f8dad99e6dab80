"""Reads runs back through a server's API, as a client of one major does."""

import json
from typing import Any

import requests

AGENTS = {"3.9": "prefect/3.9.1 (API 0.8.4)", "2.20": "prefect/2.20.27 (API 0.8.4)"}
PAGE = 200  # the most that either server gives
PATIENCE = 60  # seconds for an answer, on a machine that has much else to do


class Reader:
    """What a server at *api_url* tells a client of *major*."""

    def __init__(self, api_url: str, major: str) -> None:
        self._url = api_url
        self._http = requests.Session()
        self._http.headers["User-Agent"] = AGENTS[major]

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> Any:
        response = self._http.get(f"{self._url}/{path}", params=query, timeout=PATIENCE)
        response.raise_for_status()
        return response.json()

    def filter(self, kind: str, **body: Any) -> list[Any]:
        """Return all that the filter finds, page by page."""
        found: list[Any] = []
        while True:
            asked = {"limit": PAGE, "offset": len(found), **body}
            page = self.post(f"{kind}/filter", **asked)
            found += page
            if len(page) < PAGE:
                return found

    def post(self, path: str, **body: Any) -> Any:
        """Return what is answered to a question that is asked in a body."""
        response = self._http.post(f"{self._url}/{path}", json=body, timeout=PATIENCE)
        response.raise_for_status()
        return response.json()

    def flow_run(self, run_id: str) -> Any:
        return self.get(f"flow_runs/{run_id}")

    def task_runs(self, flow_run_id: str) -> list[Any]:
        """Return the task runs of a flow run by name, then in the order of their start."""
        found = self.filter("task_runs", task_runs={"flow_run_id": {"any_": [flow_run_id]}})
        return sorted(found, key=lambda run: (run["name"], run["start_time"] or ""))

    def subflow_runs(self, flow_run_id: str) -> list[Any]:
        of_parent = {"parent_flow_run_id": {"any_": [flow_run_id]}}
        return self.filter("flow_runs", flow_runs=of_parent, sort="START_TIME_ASC")

    def states(self, run: Any) -> list[Any]:
        """Return the states of a flow run or task run, the oldest first."""
        kind = "task_run" if "task_key" in run else "flow_run"
        return list(self.get(f"{kind}_states/", **{f"{kind}_id": run["id"]}))

    def logs(self, *flow_run_ids: str) -> list[Any]:
        """Return the lines of flow runs and of their task runs, the oldest first."""
        return self.filter(
            "logs", logs={"flow_run_id": {"any_": flow_run_ids}}, sort="TIMESTAMP_ASC"
        )

    def inputs(self, flow_run_id: str) -> dict[str, Any]:
        """Return what was asked of a paused run and answered, by key."""
        found = self.post(f"flow_runs/{flow_run_id}/input/filter", prefix="paused", limit=PAGE)
        return {one["key"]: json.loads(one["value"]) for one in found}
