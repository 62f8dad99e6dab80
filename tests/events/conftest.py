"""Events as clients send them, and a server that takes them."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from headwater.app import create_app
from headwater.events.models import Event
from headwater.settings import Settings
from tests.waiting import wait_until

SOON = 30.0  # seconds
NewEvent = Callable[..., dict[str, Any]]


def make_event(**changes: Any) -> dict[str, Any]:
    event = {
        "id": str(uuid4()),
        "occurred": "2026-11-25T02:51:24.502993Z",
        "event": "prefect.test",
        "resource": {"prefect.resource.id": "prefect.flow-run.1"},
        "related": [],
        "payload": {"n": 1},
        "follows": None,
    }
    return event | changes


@pytest.fixture(scope="session")
def new_event() -> NewEvent:
    return make_event


class Server:
    """`headwater server start` in processes of its own, on a database of its own."""

    def __init__(self, database_url: str, home: Path) -> None:
        # The engine's address as the backend normalises it, so for any kind of database.
        app = create_app(Settings.load(api_database_connection_url=database_url))
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        self._engine = create_engine(url, poolclass=NullPool)
        self._log = (home / "server.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "headwater", "server", "start", "--port", "0"],
            env={
                **os.environ,
                "HEADWATER_HOME": str(home),
                "HEADWATER_API_DATABASE_CONNECTION_URL": database_url,
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait_until(self.answers)

    @property
    def url(self) -> str:
        found = re.search("^Headwater listens at (.*)$", self.log, re.MULTILINE)
        assert found, self.log
        return f"{found[1]}/api"

    @property
    def socket_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/events/in"

    @property
    def log(self) -> str:
        return Path(self._log.name).read_text()

    def answers(self) -> bool:
        assert self._process.poll() is None, self.log
        try:
            return requests.get(f"{self.url}/health", timeout=5).ok
        except (requests.ConnectionError, AssertionError):
            return False

    def stored(self) -> list[UUID]:
        """Return the ids in the event log, in its order."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(Event.id).order_by(Event.position)))

    def kill_workers(self) -> None:
        """End the web processes without a word. They are started anew."""
        for child in children_of(self._process.pid):
            for worker in children_of(child):
                os.kill(worker, signal.SIGKILL)

    def terminate(self) -> None:
        self._process.terminate()

    def stop(self) -> int:
        self._process.terminate()
        try:
            return self._process.wait(SOON)
        finally:
            self._process.kill()
            self._process.wait()
            self._log.close()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def start_server(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Server]]:
    servers: list[Server] = []

    def start() -> Server:
        servers.append(Server(new_database(), tmp_path_factory.mktemp("home")))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def server(start_server: Callable[[], Server]) -> Server:
    return start_server()
