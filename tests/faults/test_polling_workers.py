"""Many workers over two servers: each run is started once, and none is left.

`SOAK_RUNS=1000 SOAK_WORKERS=20 SOAK_SECONDS=60` makes a soak of it; `SOAK_SEED` repeats one.
"""

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
import requests

from headwater.testing.processes import running_server

RUNS = int(os.environ.get("SOAK_RUNS", "120"))
WORKERS = int(os.environ.get("SOAK_WORKERS", "8"))
SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))  # that they ask on for, with none left, too
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.randrange(10**9)  # noqa: S311  # no secret
PATIENCE = 300.0  # seconds, on a machine that has much else to do
QUEUES = ("default", "fast", "slow")


class Client:
    def __init__(self, url: str) -> None:
        self.url, self.session = url, requests.Session()

    def post(self, path: str, body: Any) -> Any:
        response = self.session.post(self.url + path, json=body, timeout=PATIENCE)
        assert response.ok, f"{path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def propose(self, run_id: str, kind: str) -> str:
        body = {"state": {"type": kind}}
        status: str = self.post(f"/flow_runs/{run_id}/set_state", body)["status"]
        return status


@pytest.fixture
def urls(new_database: Any, tmp_path: Path) -> Iterator[list[str]]:
    """Return the addresses of two servers on one database; on SQLite it is one server."""
    database = new_database()
    with ExitStack() as stack:
        first = stack.enter_context(running_server(database, tmp_path / "one"))
        servers = [first]
        if database.startswith("postgresql"):
            (tmp_path / "two").mkdir()
            shutil.copy(tmp_path / "one/secret.key", tmp_path / "two/secret.key")
            second = running_server(database, tmp_path / "two", "--no-services")
            servers.append(stack.enter_context(second))
        yield [server.api_url for server in servers]
        for server in servers:
            print(server.log)  # noqa: T201  # shown with a failure


def work(url: str, number: int, stop: Event) -> list[str]:
    """Be a worker: ask, claim, run; return what was started."""
    client, dice, started = Client(url), random.Random(SEED + number), []  # noqa: S311  # no secret
    while not stop.is_set():
        client.post("/work_pools/farm/workers/heartbeat", {"name": f"w{number}"})
        wanted = {"scheduled_before": datetime.now(UTC).isoformat(), "limit": dice.randint(1, 20)}
        if dice.random() < 0.3:
            wanted["work_queue_names"] = dice.sample(QUEUES, dice.randint(1, 3))
        found = client.post("/work_pools/farm/get_scheduled_flow_runs", wanted)
        dice.shuffle(found)
        for each in found:
            run_id = each["flow_run"]["id"]
            if client.propose(run_id, "PENDING") == "ACCEPT":
                started.append(run_id)
                assert client.propose(run_id, "RUNNING") == "ACCEPT"
                assert client.propose(run_id, "COMPLETED") == "ACCEPT"
    return started


def test_each_run_is_started_once_and_none_is_left(urls: list[str]) -> None:
    print(f"seed {SEED}")  # noqa: T201  # to repeat a failure
    client, dice, stop = Client(urls[0]), random.Random(SEED), Event()  # noqa: S311  # no secret
    client.post("/work_pools/", {"name": "farm", "type": "process", "concurrency_limit": 50})
    for name in QUEUES[1:]:
        client.post("/work_pools/farm/queues", {"name": name})
    flow = client.post("/flows/", {"name": "etl"})["id"]
    due = {"type": "SCHEDULED", "state_details": {"scheduled_time": datetime.now(UTC).isoformat()}}
    made = [
        client.post(
            "/flow_runs/",
            {"flow_id": flow, "state": due, "work_pool_name": "farm"}
            | {"work_queue_name": dice.choice(QUEUES)},
        )["id"]
        for _ in range(RUNS)
    ]

    with ThreadPoolExecutor(WORKERS) as pool:
        working = [pool.submit(work, urls[each % len(urls)], each, stop) for each in range(WORKERS)]
        left, begun = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}, monotonic()
        while (passed := monotonic() - begun) < PATIENCE:
            if passed >= SECONDS and not client.post("/flow_runs/count", left):
                break
            if any(worker.done() for worker in working):  # it failed
                break
            stop.wait(0.2)
        stop.set()
        started = Counter(run_id for worker in working for run_id in worker.result())

    assert started == Counter(made)


def test_runs_are_made_by_many_at_once(urls: list[str]) -> None:
    flow = Client(urls[0]).post("/flows/", {"name": "burst"})["id"]

    def make(_: int) -> int:
        body = {"flow_id": flow}
        return requests.post(f"{urls[0]}/flow_runs/", json=body, timeout=PATIENCE).status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(make, range(600))) == {201}
    assert Client(urls[-1]).post("/flow_runs/count", {}) == 600


def test_pools_are_made_and_deleted_by_many_at_once(urls: list[str]) -> None:
    def make_and_delete(number: int) -> list[int]:
        session, name = requests.Session(), f"pool-{number}"
        pool = {"name": name, "type": "process"}
        made = session.post(f"{urls[0]}/work_pools/", json=pool, timeout=PATIENCE)
        gone = session.delete(f"{urls[0]}/work_pools/{name}", timeout=PATIENCE)
        return [made.status_code, gone.status_code]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(make_and_delete, range(50)))

    assert answers == [[201, 204]] * 50
