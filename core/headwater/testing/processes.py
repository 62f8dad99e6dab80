"""For tests that need the server as users start it: in processes of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

SOON = 120.0  # seconds, on a machine that has much else to do


@dataclass(frozen=True)
class ServerProcess:
    """`headwater server start`. *url* is that of the pages; the log has all that it printed."""

    url: str
    process: "subprocess.Popen[bytes]"
    log_file: Path

    @property
    def api_url(self) -> str:
        return f"{self.url}/api"

    @property
    def log(self) -> str:
        return self.log_file.read_text()


@contextmanager
def running_server(
    database_url: str, home: Path, *arguments: str, **environment: str
) -> Iterator[ServerProcess]:
    """Start a server on a free port, give it when it is ready, and stop it as SIGTERM does.

    *arguments* go to `headwater server start`, *environment* over the settings of a first run.
    """
    home.mkdir(parents=True, exist_ok=True)
    log_file = home / "server.log"
    command = [sys.executable, "-m", "headwater", "server", "start", "--port", "0", *arguments]
    environment = {
        **os.environ,
        "HEADWATER_HOME": str(home),
        "HEADWATER_API_DATABASE_CONNECTION_URL": database_url,
        **environment,
    }
    with (
        log_file.open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield ServerProcess(_wait_until_ready(process, log_file), process, log_file)
        finally:
            process.terminate()
            try:
                process.wait(SOON)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _wait_until_ready(process: "subprocess.Popen[bytes]", log_file: Path) -> str:
    """Return the address that the server prints, once it answers there."""
    end = time.monotonic() + SOON
    while process.poll() is None and time.monotonic() < end:
        url = _printed_url(log_file.read_text())
        if url is not None and _is_ready(url):
            return url
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log_file.read_text()}")


def _printed_url(log: str) -> str | None:
    # Looked for by what users copy, which changes less than the words around it.
    marked = [line for line in log.splitlines() if "PREFECT_API_URL=" in line]
    return marked[0].partition("=")[2].removesuffix("/api") if marked else None


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/ready", timeout=5).ok
    except requests.ConnectionError:
        return False
