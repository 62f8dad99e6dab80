"""Kill -9 of web workers under load: what was answered is there, and is what was answered."""

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests

from headwater.testing.processes import ServerProcess, running_server

CLIENTS, KILLS = 8, 5
PAUSE = (0.3, 1.0)  # seconds between two kills
PATIENCE = 30.0  # seconds for a request to get through, asked again and again
# A worker may be killed between the head of an answer and its body.
LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture
def server(new_database: Any, tmp_path: Path) -> Any:
    with running_server(new_database(), tmp_path / "home") as server:
        yield server


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers_of(server: ServerProcess) -> list[int]:
    return [worker for child in children_of(server.process.pid) for worker in children_of(child)]


class Client:
    """A client that asks again until it is answered, as the real ones do."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, requests.Session()

    def post(self, path: str, body: Any) -> Any:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                response = self.session.post(self.url + path, json=body, timeout=PATIENCE)
            except LOST:
                assert time.monotonic() < end, f"{path} was never answered"
                continue
            assert response.status_code in {200, 201}, response.text
            return response.json()

    def get(self, path: str) -> Any:
        return self.session.get(self.url + path, timeout=PATIENCE).json()


def live(url: str, flow: str, number: int, stop: Event) -> list[tuple[str, str]]:
    """Take runs through their lives; return each with the last state that was answered."""
    client, answered = Client(url), []
    while not stop.is_set():
        # The key makes one run of it, however often it is asked for.
        key = f"{number}-{len(answered)}"
        run = client.post("/flow_runs/", {"flow_id": flow, "idempotency_key": key})
        for kind in ("RUNNING", "COMPLETED"):
            client.post(f"/flow_runs/{run['id']}/set_state", {"state": {"type": kind}})
        answered.append((run["id"], "COMPLETED"))
    return answered


def test_what_was_answered_survives_its_worker(server: ServerProcess) -> None:
    seed = random.randrange(10**9)  # noqa: S311  # no secret
    print(f"seed {seed}")  # noqa: T201  # to repeat a failure
    dice, stop = random.Random(seed), Event()  # noqa: S311  # no secret
    client = Client(server.api_url)
    flow = client.post("/flows/", {"name": "survivor"})["id"]

    with ThreadPoolExecutor(CLIENTS) as pool:
        lives = [pool.submit(live, server.api_url, flow, each, stop) for each in range(CLIENTS)]
        for _ in range(KILLS):
            stop.wait(dice.uniform(*PAUSE))
            os.kill(dice.choice(workers_of(server)), signal.SIGKILL)
        stop.wait(PAUSE[1])
        stop.set()
        answered = [each for done in lives for each in done.result()]

    assert len(answered) >= CLIENTS
    assert client.post("/flow_runs/count", {}) == len(answered)
    for run_id, kind in answered:
        states = client.get(f"/flow_run_states/?flow_run_id={run_id}")
        # A state whose answer was lost may have been proposed again.
        assert {state["type"] for state in states} == {"PENDING", "RUNNING", kind}
        assert client.get(f"/flow_runs/{run_id}")["state_type"] == kind
