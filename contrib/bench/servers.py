"""The servers that are compared: how each is started, as its users start it, and when it is ready.

Each has a home and a database of its own, and runs while no other does.
"""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from contrib.bench.databases import Place
from contrib.bench.processes import cpu_seconds, usage

BIN = Path(sys.executable).parent
PATIENCE = 120.0  # seconds for a start, or an end
# What would change how a server runs; without byte code it starts three times as slowly.
LEFT_OUT = ("PREFECT_", "HEADWATER_", "PYTHONDONTWRITEBYTECODE")
QUIET, LOOK, LONGEST = 0.1, 0.5, 20.0  # CPU seconds a second; seconds; seconds


@dataclass(frozen=True)
class Server:
    """*command* gets the port, *environment* the server's home and its database."""

    name: str
    title: str
    command: Callable[[int], list[str]]
    environment: Callable[[Path, Place], dict[str, str]]


@dataclass(frozen=True)
class Running:
    """A server that answers; *wall* and *cpu* are the seconds that it took until then."""

    pid: int
    url: str
    wall: float
    cpu: float

    def settle(self) -> float:
        """Wait until what was put off is done, too; return the CPU seconds used so far."""
        end = time.monotonic() + LONGEST
        before = cpu_seconds(self.pid)
        while time.monotonic() < end:
            time.sleep(LOOK)
            used = cpu_seconds(self.pid)
            if used - before < QUIET * LOOK:
                return used
            before = used
        return before

    def memory(self) -> float:
        return usage(self.pid).memory


def _of_prefect(home: Path, place: Place) -> dict[str, str]:
    driver = "aiosqlite" if place.scheme == "sqlite" else "asyncpg"
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_DATABASE_CONNECTION_URL": place.url(driver),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def _of_headwater(home: Path, place: Place) -> dict[str, str]:
    return {
        "HEADWATER_HOME": str(home),
        "HEADWATER_API_DATABASE_CONNECTION_URL": place.url(),
    }


def _of_floor(home: Path, place: Place) -> dict[str, str]:
    return {"DB": place.url("" if place.scheme == "sqlite" else "psycopg")}


def _start_floor(port: int) -> list[str]:
    options = ["--worker-class=gthread", "--threads=16", "--workers=2", "--keep-alive=75"]
    where = ["--chdir", str(Path(__file__).parent), "--bind", f"127.0.0.1:{port}"]
    return [str(BIN / "gunicorn"), *options, *where, "--no-control-socket", "floor:app"]


PREFECT = Server(
    "prefect",
    f"Prefect {version('prefect')}",
    lambda port: [str(BIN / "prefect"), "server", "start", "--no-ui", "--port", str(port)],
    _of_prefect,
)
FLOOR = Server("floor", "the floor", _start_floor, _of_floor)
HEADWATER = Server(
    "headwater",
    f"Headwater {version('headwater')}",
    lambda port: [str(BIN / "headwater"), "server", "start", "--port", str(port)],
    _of_headwater,
)
SERVERS = {server.name: server for server in (PREFECT, FLOOR, HEADWATER)}


@contextmanager
def running(server: Server, place: Place, port: int, folder: Path) -> Iterator[Running]:
    """Start the server, give it when it answers that it is ready, and stop it."""
    home = folder / f"home-{server.name}"
    home.mkdir(parents=True, exist_ok=True)
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "HEADWATER_"))
    }
    with (
        (folder / f"{server.name}.log").open("wb") as log,
        subprocess.Popen(
            server.command(port),
            env=inherited | server.environment(home, place),
            stdout=log,
            stderr=log,
            start_new_session=True,  # by which its processes are told from ours
        ) as process,
    ):
        begun = time.perf_counter()
        try:
            _wait_until_ready(process, port, Path(log.name))
            wall, cpu = time.perf_counter() - begun, cpu_seconds(process.pid)
            yield Running(process.pid, f"http://127.0.0.1:{port}/api", wall, cpu)
        finally:
            _stop(process)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if _is_ready(port):
            return
        time.sleep(0.01)
    raise SystemExit(f"the server did not start:\n{log.read_text()[-2000:]}")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/api/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
