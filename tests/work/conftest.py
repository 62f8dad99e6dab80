"""Pools and queues made through the API, as clients make them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.wire import Api

NOW = datetime.now(UTC)


class Work(Api):
    def add_pool(self, name: str = "farm", **more: object) -> Any:
        return self.post("work_pools/", {"name": name, "type": "process", **more}, 201)

    def add_queue(self, name: str, pool: str = "farm", **more: object) -> Any:
        return self.post(f"work_pools/{pool}/queues", {"name": name, **more}, 201)

    def beat(self, pool: str = "farm", name: str = "w1", **more: object) -> None:
        body = {"name": name, "heartbeat_interval_seconds": 30, **more}
        self.post(f"work_pools/{pool}/workers/heartbeat", body, 204)

    def priorities(self, pool: str = "farm") -> dict[str, int]:
        queues = self.post(f"work_pools/{pool}/queues/filter", {})
        return {queue["name"]: queue["priority"] for queue in queues}


@pytest.fixture
def work(client: FlaskClient) -> Work:
    return Work(client)


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def add_run(work) -> Any:
    flow = work.post("flows/", {"name": "etl"}, 201)["id"]

    def add(name: str, seconds: float, queue: str | None = "default", **body: Any) -> Any:
        """Add a run that was due so many seconds ago; in the queue of the pool `farm`."""
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": ago(seconds)}}
        place = {} if queue is None else {"work_pool_name": "farm", "work_queue_name": queue}
        new = {"flow_id": flow, "name": name, "state": state} | place | body
        return work.post("flow_runs/", new, 201)

    return add


@pytest.fixture
def poll(work) -> Any:
    def ask(pool: str = "farm", **body: Any) -> list[str]:
        found = work.post(f"work_pools/{pool}/get_scheduled_flow_runs", body)
        return [each["flow_run"]["name"] for each in found]

    return ask


@pytest.fixture
def propose(work) -> Any:
    def post(run: Any, kind: str, status: int = 201, **state: Any) -> Any:
        body = {"state": {"type": kind} | state}
        return work.post(f"flow_runs/{run['id']}/set_state", body, status)["status"]

    return post
