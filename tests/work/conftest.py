"""Pools and queues made through the API, as clients make them."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from orjson import Fragment
from sqlalchemy import event, select

from headwater.db.base import db
from headwater.db.json import parse
from headwater.db.session import reading
from headwater.events.models import Event

UNCOUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "PRAGMA")
UNCOUNTED += ("SELECT pg_notify",)  # sent after the commit, for many requests at once


@dataclass(frozen=True)
class Work:
    client: FlaskClient

    def ask(self, method: str, path: str, status: int, body: object = None, **more: Any) -> Any:
        sent = {} if body is None else {"json": body}
        response = self.client.open(f"/api/{path}", method=method, **sent, **more)
        assert response.status_code == status, response.text
        return response.json if response.data else None

    def post(self, path: str, body: object, status: int = 200, **more: Any) -> Any:
        return self.ask("POST", path, status, body, **more)

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        return self.ask("GET", path, status, **more)

    def patch(self, path: str, body: object, status: int = 204) -> Any:
        return self.ask("PATCH", path, status, body)

    def delete(self, path: str, status: int = 204) -> Any:
        return self.ask("DELETE", path, status)

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
def statements(client: FlaskClient) -> Iterator[list[str]]:
    """What was run on the database, but for the transactions' own."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(UNCOUNTED):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def work(client: FlaskClient) -> Work:
    return Work(client)


@pytest.fixture
def events(client: FlaskClient) -> Any:
    """Return the events of the log, oldest first, their JSON parsed."""

    def read() -> Any:
        with reading() as session:
            rows = session.execute(select(Event.__table__).order_by(Event.position)).all()
        return [
            SimpleNamespace(
                **{k: parse(v) if isinstance(v, Fragment) else v for k, v in row._asdict().items()}
            )
            for row in rows
        ]

    return read
