"""Pools and queues made through the API, as clients make them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.wire import Api


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
