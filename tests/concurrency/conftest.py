"""Limits over the wire, and their services at times of the test's choosing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.wire import Api

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Limits(Api):
    def add(self, name: str = "database", limit: int = 1, **more: object) -> Any:
        return self.post("v2/concurrency_limits/", {"name": name, "limit": limit, **more}, 201)

    def read(self, name: str = "database") -> Any:
        return self.get(f"v2/concurrency_limits/{name}")

    def active(self, name: str = "database") -> int:
        slots: int = self.read(name)["active_slots"]
        return slots

    def take(self, *names: str, slots: int = 1, status: int = 200, **more: object) -> Any:
        body = {"names": list(names) or ["database"], "slots": slots, **more}
        return self.post("v2/concurrency_limits/increment", body, status)

    def lease(self, *names: str, slots: int = 1, status: int = 200, **more: object) -> Any:
        body = {"names": list(names) or ["database"], "slots": slots, **more}
        return self.post("v2/concurrency_limits/increment-with-lease", body, status)

    def give_back(self, *names: str, slots: int = 1, status: int = 200, **more: object) -> Any:
        body = {"names": list(names) or ["database"], "slots": slots, **more}
        return self.post("v2/concurrency_limits/decrement", body, status)

    def end(self, lease: Any) -> None:
        body = {"lease_id": lease["lease_id"]}
        self.post("v2/concurrency_limits/decrement-with-lease", body, 204)

    def renew(self, lease: Any, status: int = 204, **body: object) -> Any:
        path = f"v2/concurrency_limits/leases/{lease['lease_id']}/renew"
        return self.post(path, body, status)


@pytest.fixture
def limits(client: FlaskClient) -> Limits:
    return Limits(client)
