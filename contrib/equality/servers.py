"""The servers that are compared, each on a new database in a folder of its own."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
# The clients' own server is part of the client, so each interpreter has one.
PYTHONS = {
    "3.9": ROOT / ".venv/bin/python",
    "2.20": ROOT / ".venv-prefect-2/bin/python",
}
# Settings of clients, whatever the server: its speed, and the machine's, are to change no rows.
PATIENT = {
    # A request of 2.20 waits for a connection behind a thousand others. One that gives up after a
    # minute, which is the default, leaves it with connections that it never uses again.
    "PREFECT_API_REQUEST_TIMEOUT": "1800",
    "PREFECT_TASK_INTROSPECTION_WARN_THRESHOLD": "0",  # else it logs how long it took
}
PATIENCE = 300.0  # seconds to start, on a machine that has much else to do


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def headwater(folder: Path, port: int) -> Iterator[str]:
    command = [ROOT / ".venv/bin/headwater", "server", "start", "--port", str(port)]
    with _running(command, folder, port, HEADWATER_HOME=str(folder / "home")) as url:
        yield url


@contextmanager
def prefect(major: str, folder: Path, port: int) -> Iterator[str]:
    # Not by -m: 2.20 is a package that cannot be run.
    start = [PYTHONS[major].with_name("prefect"), "server", "start", "--port", str(port)]
    environment = {
        "PREFECT_HOME": str(folder / "server"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_UI_ENABLED": "false",
    }
    with _running(start, folder, port, **environment) as url:
        yield url


@contextmanager
def _running(command: list[object], folder: Path, port: int, **environment: str) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}/api"
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(  # noqa: S603  # ours
            [str(part) for part in command],
            env=os.environ | environment,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            _wait_until_healthy(url, process)
            yield url
        finally:
            process.terminate()


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if requests.get(f"{url}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"the server at {url} did not start")
