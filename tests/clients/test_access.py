"""The clients at a server that asks for its secret, and for tokens with what changes something."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from headwater.testing.processes import ServerProcess, running_server

LOGIN = "ann:pa:ss-w0rd"
# What each major has to send it with: 2.20 knows no auth string.
SENT_AS = {"3.9": "PREFECT_API_AUTH_STRING", "2.20": "PREFECT_API_KEY"}
TASKS = 3


@pytest.fixture(scope="module")
def guarded(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server that nobody calls without its secret; it has nothing to complain of."""
    settings = {
        "HEADWATER_SERVER_API_AUTH_STRING": LOGIN,
        "HEADWATER_SERVER_CSRF_PROTECTION_ENABLED": "true",
    }
    home = tmp_path_factory.mktemp("guarded")
    with running_server(new_database(), home, **settings) as server:
        greeting = server.log
        yield server
    assert server.log == greeting


def test_a_flow_runs_with_the_secret(
    run: Callable[..., Any], guarded: ServerProcess, major: str
) -> None:
    settings = {"PREFECT_API_URL": guarded.api_url, SENT_AS[major]: LOGIN}

    ran = run(major, "many.py", str(TASKS), **settings)

    assert ran.seen["result"] == sum(range(TASKS))
    with requests.Session() as http:
        http.headers["Authorization"] = f"Bearer {LOGIN}"
        token = http.get(f"{guarded.api_url}/csrf-token", params={"client": "test"}).json()
        http.headers["Prefect-Csrf-Token"] = token["token"]
        http.headers["Prefect-Csrf-Client"] = "test"
        of_run = {"flow_runs": {"id": {"any_": [ran.seen["runs"]["many"]]}}}
        tasks = http.post(f"{guarded.api_url}/task_runs/filter", json=of_run).json()
    # 3.9's come over a socket alone.
    assert [task["state_name"] for task in tasks] == ["Completed"] * TASKS


def test_nothing_runs_without_the_secret(
    start: Callable[..., Any], guarded: ServerProcess, major: str
) -> None:
    settings = {"PREFECT_API_URL": guarded.api_url, SENT_AS[major]: "ann:guess"}

    ran = start(major, "many.py", "1", **settings).finish()

    assert ran.returncode != 0
    assert "401" in ran.console
    # 2.20 looks first whether the server lives.
    assert {status for _, path, status in ran.requests if path != "/api/health"} == {401}
