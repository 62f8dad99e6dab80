"""Many who want the same slots at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from uuid import uuid4

import pytest
from flask import Flask

from tests.concurrency.conftest import Limits

THREADS, ROUNDS, MOST = 8, 6, 3
NAMES = ["a", "b"]


class Held:
    """How many hold slots, by those who do."""

    def __init__(self) -> None:
        self._lock, self._now = Lock(), 0
        self.peak = self.denied = self.granted = 0

    def enter(self) -> None:
        with self._lock:
            self._now += 1
            self.granted += 1
            self.peak = max(self.peak, self._now)

    def leave(self) -> None:
        with self._lock:
            self._now -= 1


@pytest.mark.parametrize("leased", [True, False])
def test_never_more_hold_slots_than_there_are(app: Flask, limits: Limits, leased: bool) -> None:
    for name in NAMES:
        limits.add(name, MOST)
    held = Held()
    path = "increment-with-lease" if leased else "increment"

    def work(number: int) -> None:
        client = app.test_client()
        names = NAMES if number % 2 else NAMES[::-1]
        for _ in range(ROUNDS):
            body = {"names": names, "slots": 1}
            answer = client.post(f"/api/v2/concurrency_limits/{path}", json=body)
            if answer.status_code == 423:
                continue
            assert answer.status_code == 200, answer.text
            held.enter()
            held.leave()  # before the server knows, else another may be let in meanwhile
            if leased:
                end = {"lease_id": answer.json["lease_id"]}
                done = client.post("/api/v2/concurrency_limits/decrement-with-lease", json=end)
            else:
                done = client.post("/api/v2/concurrency_limits/decrement", json=body)
            assert done.status_code in {200, 204}, done.text

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(THREADS)))

    assert held.granted > 0
    assert held.peak <= MOST
    assert [limits.active(name) for name in NAMES] == [0, 0]


def test_of_all_who_want_slots_as_many_get_one_as_there_are(app: Flask, limits: Limits) -> None:
    limits.add("a", MOST)
    limits.post("concurrency_limits/", {"tag": "t", "concurrency_limit": MOST}, 201)

    def lease(_number: int) -> int:
        body = {"names": ["a"], "slots": 1}
        path = "/api/v2/concurrency_limits/increment-with-lease"
        return app.test_client().post(path, json=body).status_code

    def tag(_number: int) -> int:
        body = {"names": ["t"], "task_run_id": str(uuid4())}
        return app.test_client().post("/api/concurrency_limits/increment", json=body).status_code

    for ask in (lease, tag):
        with ThreadPoolExecutor(THREADS) as threads:
            answers = sorted(threads.map(ask, range(THREADS)))
        assert answers == [200] * MOST + [423] * (THREADS - MOST)

    assert limits.active("a") == limits.active("tag:t") == MOST
