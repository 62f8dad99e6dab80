"""Task runs told in events, late, twice and crosswise, while runs are removed and renamed."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
import requests
from websockets.sync.client import connect

from headwater.testing.processes import ServerProcess, running_server

LIFE = ["PENDING", "RUNNING", "COMPLETED"]
RUNS, GONE, TASKS = 4, 2, 25
BATCH = 12  # events between two confirmations
PATIENCE = 60.0  # seconds
NAMES = {"before", "after"}


@pytest.fixture
def server(new_database: Any, tmp_path: Path) -> Iterator[ServerProcess]:
    with running_server(new_database(), tmp_path / "home") as server:
        yield server
    assert "Traceback" not in server.log


class Api:
    """Asks as a client does. Each thread has one of its own."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, requests.Session()

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.session.request(method, self.url + path, json=body, timeout=PATIENCE)

    def post(self, path: str, body: Any) -> Any:
        answer = self.ask("POST", path, body)
        assert answer.ok, answer.text
        return answer.json()

    def task_runs(self) -> list[Any]:
        return list(self.post("/task_runs/filter", {"limit": 200}))


def life_of(run_id: str, task: str) -> list[dict[str, Any]]:
    return [
        {
            "id": str(uuid4()),
            "occurred": f"2026-11-25T02:51:2{number}Z",
            "event": f"prefect.task-run.{kind.title()}",
            "resource": {
                "prefect.resource.id": f"prefect.task-run.{task}",
                "prefect.orchestration": "client",
            },
            "related": [
                {
                    "prefect.resource.id": f"prefect.flow-run.{run_id}",
                    "prefect.resource.role": "flow-run",
                }
            ],
            "payload": {
                "validated_state": {"type": kind, "name": kind.title()},
                "task_run": {"name": f"told-{kind}", "task_key": "told", "dynamic_key": task},
            },
        }
        for number, kind in enumerate(LIFE)
    ]


def tell(server: ServerProcess, events: list[dict[str, Any]], begun: Event) -> None:
    """Send all events over one connection, confirmed now and then; say when some are."""
    url = server.api_url.replace("http", "ws", 1) + "/events/in"
    with connect(url, subprotocols=["prefect"]) as socket:
        socket.send(json.dumps({"type": "auth", "token": None}))
        assert json.loads(socket.recv(PATIENCE)) == {"type": "auth_success"}
        for start in range(0, len(events), BATCH):
            for event in events[start : start + BATCH]:
                socket.send(json.dumps(event))
            assert socket.ping().wait(PATIENCE)
            begun.set()


def look(url: str, told: dict[str, tuple[str, str]], stop: Event) -> int:
    """Read until told to stop: every state is one that was told, and none goes back."""
    api, seen, looks = Api(url), dict[str, int](), 0
    while not stop.is_set():
        for run in api.task_runs():
            assert told[run["state_id"]] == (run["id"], run["state_type"])
            assert run["state"]["id"] == run["state_id"]
            assert run["state"]["type"] == run["state_type"]
            assert run["name"] == f"told-{run['state_type']}"
            number = LIFE.index(run["state_type"])
            assert number >= seen.get(run["id"], 0)
            seen[run["id"]] = number
        looks += 1
    return looks


def use(url: str, run: Any, stop: Event) -> Counter[tuple[str, int]]:
    """Rename, log for and read a run as long as others do with it what they do."""
    api, answers = Api(url), Counter[tuple[str, int]]()
    line = {"name": "x", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
    while not stop.is_set():
        for name in sorted(NAMES):
            path = f"/flow_runs/{run['id']}"
            answers["rename", api.ask("PATCH", path, {"name": name}).status_code] += 1
            lines = [line | {"flow_run_id": run["id"]}]
            answers["log", api.ask("POST", "/logs/", lines).status_code] += 1
            state = {"state": {"type": "RUNNING", "name": name}, "force": True}
            answers["move", api.ask("POST", f"{path}/set_state", state).status_code] += 1
            read = api.ask("GET", path)
            answers["read", read.status_code] += 1
            if read.ok:
                found = read.json()
                assert found["name"] in NAMES
                assert found["state_name"] == found["state"]["name"]
                assert found["state_name"] in {"Pending", *NAMES}
    return answers


def test_what_is_read_was_told_whatever_else_happens(server: ServerProcess) -> None:
    seed = random.randrange(10**9)  # noqa: S311  # no secret
    print(f"seed {seed}")  # noqa: T201  # to repeat a failure
    dice, api, url = random.Random(seed), Api(server.api_url), server.api_url  # noqa: S311  # no secret
    flow = api.post("/flows/", {"name": "told"})
    runs = [api.post("/flow_runs/", {"flow_id": flow["id"], "name": "before"}) for _ in range(RUNS)]
    tasks = {str(uuid4()): run["id"] for run in runs for _ in range(TASKS)}
    events = [event for task, run_id in tasks.items() for event in life_of(run_id, task)]
    told = {
        event["id"]: (
            event["resource"]["prefect.resource.id"].rpartition(".")[2],
            event["payload"]["validated_state"]["type"],
        )
        for event in events
    }
    stop, begun = Event(), [Event(), Event()]

    with ThreadPoolExecutor(RUNS + 3) as pool:
        # Each connection tells all of it, in an order of its own, and some of it twice.
        orders = [dice.sample(events, len(events)) + dice.sample(events, 30) for _ in begun]
        tellers = [
            pool.submit(tell, server, order, started)
            for order, started in zip(orders, begun, strict=True)
        ]
        reader = pool.submit(look, url, told, stop)
        users = [pool.submit(use, url, run, stop) for run in runs]
        try:
            assert all(started.wait(PATIENCE) for started in begun)
            for run in runs[:GONE]:
                assert api.ask("DELETE", f"/flow_runs/{run['id']}").status_code == 204
            for teller in tellers:
                teller.result(PATIENCE)
        finally:
            stop.set()
        looks, answers = reader.result(PATIENCE), [user.result(PATIENCE) for user in users]

    assert looks > 0
    assert_whole(api, tasks, [run["id"] for run in runs])
    for used in answers[:GONE]:
        assert {status for _, status in used} <= {200, 201, 204, 404}
    for used in answers[GONE:]:
        assert set(used) == {("rename", 204), ("log", 201), ("move", 201), ("read", 200)}


def assert_whole(api: Api, tasks: dict[str, str], runs: list[str]) -> None:
    """Assert that the runs that stayed have all their task runs, and those that went have none."""
    stayed = set(runs[GONE:])
    found = {run["id"]: run for run in api.task_runs()}
    assert set(found) == {task for task, run_id in tasks.items() if run_id in stayed}
    assert {run["state_type"] for run in found.values()} == {"COMPLETED"}
    for task, run_id in tasks.items():
        states = api.ask("GET", f"/task_run_states/?task_run_id={task}").json()
        assert [state["type"] for state in states] == (LIFE if run_id in stayed else [])
    for run_id in runs[:GONE]:
        assert api.ask("GET", f"/flow_runs/{run_id}").status_code == 404
        assert api.ask("GET", f"/flow_run_states/?flow_run_id={run_id}").json() == []
