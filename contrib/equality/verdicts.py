"""Asks the clients' own servers what they say to each transition, and writes it down.

    python -m contrib.equality.verdicts [--majors 3.9 2.20] [--url URL]

Headwater's rules are held to what is written: tests/verdicts/test_verdicts.py.
"""

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import requests

from contrib.equality.servers import PYTHONS, ROOT, free_port, prefect
from contrib.equality.transitions import Case, list_cases

ATTEMPTS, BUSY, FAULT = 10, 503, 500
PATIENCE = 120  # seconds for an answer, on a machine that has much else to do


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--majors", nargs="+", default=list(PYTHONS), choices=list(PYTHONS))
    parser.add_argument("--url", help="of a server that runs already, with its /api")
    wanted = parser.parse_args()
    for major in wanted.majors:
        if wanted.url:
            keep(major, Asked(wanted.url).ask_all())
            continue
        with TemporaryDirectory() as folder, prefect(major, Path(folder), free_port()) as url:
            keep(major, Asked(url).ask_all())


def keep(major: str, verdicts: dict[str, Any]) -> None:
    path = ROOT / "tests/verdicts" / f"verdicts-{major}.json"
    lines = [f" {json.dumps(key)}: {json.dumps(verdicts[key])}" for key in verdicts]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


class Asked:
    """A server that is asked."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers["Connection"] = "close"  # theirs give up idle ones early
        self._flow = self._post("flows/", name=f"verdicts-{uuid4().hex}")["id"]
        deployment = self._post("deployments/", name="nightly", flow_id=self._flow)
        self._deployment = deployment["id"]

    def ask_all(self) -> dict[str, Any]:
        return {case.key: self.ask(case) for case in list_cases()}

    def ask(self, case: Case) -> list[str | None]:
        """Return the verdict: the status, and the type and name of the state afterwards.

        FAULT: the server failed.
        """
        kind = f"{case.kind}s"
        run = self._flow_run(case) if case.kind == "flow_run" else self._task_run(case)
        path = f"{kind}/{run}/set_state"
        answer = self._post(path, faults=True, state=case.after, force=case.force)
        after = answer["state"] or {}
        return [answer["status"], after.get("type"), after.get("name")]

    def _flow_run(self, case: Case) -> str:
        body: dict[str, Any] = {"flow_id": self._flow, "state": case.made_in}
        body["deployment_id"] = self._deployment if case.deployment else None
        body["empirical_policy"] = case.policy
        run: str = self._post("flow_runs/", **body)["id"]
        if case.pid is not None:
            answer = self._session.patch(
                f"{self._url}/flow_runs/{run}",
                json={"infrastructure_pid": case.pid},
                timeout=PATIENCE,
            )
            answer.raise_for_status()
        self._bring(f"flow_runs/{run}", case)
        return run

    def _task_run(self, case: Case) -> str:
        flow_run = None
        if case.flow_run is not None:
            state = {"type": case.flow_run}
            flow_run = self._post("flow_runs/", flow_id=self._flow, state=state)["id"]
        body = {"flow_run_id": flow_run, "state": case.made_in, "empirical_policy": case.policy}
        keys = {"task_key": "extract", "dynamic_key": uuid4().hex}
        run: str = self._post("task_runs/", **body, **keys)["id"]
        self._bring(f"task_runs/{run}", case)
        return run

    def _bring(self, path: str, case: Case) -> None:
        if case.made_in is not case.before:
            self._post(f"{path}/set_state", state=case.before, force=True)

    def _post(self, path: str, *, faults: bool = False, **body: Any) -> Any:
        for attempt in range(ATTEMPTS):
            answer = self._session.post(f"{self._url}/{path}", json=body, timeout=PATIENCE)
            if answer.ok:
                return answer.json()
            if faults and answer.status_code == FAULT:
                return {"status": "FAULT", "state": None}
            if answer.status_code != BUSY:
                break
            time.sleep(attempt)  # their SQLite is busy with their own loops
        raise SystemExit(f"{path} {body}: {answer.status_code} {answer.text}")


if __name__ == "__main__":
    main()
