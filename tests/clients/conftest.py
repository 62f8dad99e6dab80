"""The real clients, each in an interpreter of its own, and what the server tells of their runs."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Response

from contrib.equality.differences import list_differences
from contrib.equality.reader import Reader
from contrib.equality.recordings import load_rows
from contrib.equality.rows import read_rows
from contrib.equality.servers import PATIENT
from headwater.testing.processes import ServerProcess, running_server
from tests.clients.commands import (
    EVENTS,
    LONGEST,
    Commands,
    Shell,
    killed_at_last,
    open_shell,
)

HERE = Path(__file__).parent
INTERPRETERS = {
    "3.9": Path(sys.executable),
    "2.20": HERE.parents[1] / ".venv-prefect-2" / "bin" / "python",
}
ADDRESS = "View at "
LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
# 14:01:40.065 | ERROR   | Flow run 'purring-walrus' - Finished in state ...
_ENTRY = re.compile(r"^\d\d:\d\d:\d\d\.\d{3} \| (\w+) +\| (.+?) - ", re.MULTILINE)
_REQUEST = re.compile(r'HTTP Request: (\w+) \S+?(/api\S*) "HTTP/1.1 (\d+)')

Line = tuple[int, str]


@dataclass(frozen=True)
class Ran:
    """What a script left behind: what it printed, what it logged, what it asked the server."""

    seen: Any
    console: str
    requests: list[tuple[str, str, int]]
    returncode: int

    def entries(self) -> Iterator[tuple[str, str, str]]:
        """Yield level, logger as shown, and message of what the client logged."""
        found = list(_ENTRY.finditer(self.console))
        starts = [entry.start() for entry in found] + [len(self.console)]
        for entry, end in zip(found, starts[1:], strict=True):
            yield entry[1], entry[2], self.console[entry.end() : end].rstrip("\n")

    def said(self) -> Counter[Line]:
        """Return (level, message) of all that runs logged for the server too."""
        return Counter(
            (LEVELS[level], message)
            for level, who, message in self.entries()
            if " run '" in who and not message.startswith(ADDRESS)
        )

    def addresses(self) -> list[str]:
        """Return the addresses of runs that were shown, in the console alone."""
        shown = [message for *_, message in self.entries() if message.startswith(ADDRESS)]
        return [message.removeprefix(ADDRESS) for message in shown]

    def complaints(self) -> list[str]:
        """Return what the client itself warned of, apart from its runs."""
        return [
            f"{who}: {message}"
            for level, who, message in self.entries()
            if LEVELS[level] >= LEVELS["WARNING"] and " run '" not in who
            # A client that has many events left at its end says so: its processor is busy.
            if not message.startswith("Still processing items")
        ]

    def refusals(self) -> list[tuple[str, str, int]]:
        """Return the requests that failed, but for the question whether there are CSRF tokens."""
        return [
            (method, path, status)
            for method, path, status in self.requests
            if status >= 400 and not path.startswith("/api/csrf-token")
        ]


@dataclass(frozen=True)
class Started:
    """A script that runs. What it prints goes into files of *folder*, the last line is JSON."""

    process: "subprocess.Popen[bytes]"
    folder: Path

    def finish(self) -> Ran:
        with killed_at_last(self.process):
            self.process.wait(LONGEST)
        printed = self.read("out").splitlines()
        asked = _REQUEST.findall(self.read("requests"))
        return Ran(
            json.loads(printed[-1]) if printed else None,
            self.read("console"),
            [(method, path, int(status)) for method, path, status in asked],
            self.process.returncode,
        )

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture(scope="session")
def server(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """One server for all scripts, on each database; it has nothing to complain of, ever."""
    with running_server(new_database(), tmp_path_factory.mktemp("server")) as server:
        greeting = server.log
        yield server
    complaints = server.log.removeprefix(greeting)
    assert complaints == ""
    assert server.process.returncode == 0


@pytest.fixture(scope="session")
def answers(document: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return where clients note what they were answered: all as the API's document has it."""
    file: Path = tmp_path_factory.mktemp("answers") / "answers"
    yield file
    document.differences.clear()
    for line in file.read_text().splitlines():
        seen = json.loads(line)
        response = Response(seen["body"], seen["status"], content_type=seen["type"])
        document.hold_seen(seen["method"], seen["path"], response)
    assert document.differences == []


@pytest.fixture(scope="session")
def environment(
    server: ServerProcess, answers: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Return the environment of a client that keeps out of the home of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("client")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | {
        "HOME": str(folder),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": server.api_url,
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PYTHONPATH": str(HERE / "observed"),
        "ANSWERS": str(answers),
        "COLUMNS": "1000",
        **PATIENT,
    }


@pytest.fixture(scope="session")
def start(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Started]:
    """Return what starts a script of `scripts/` under a major, with settings of its own."""

    def begin(major: str, script: str, *arguments: str, **settings: str) -> Started:
        assert INTERPRETERS[major].exists(), "run `make .venv-prefect-2`"
        folder: Path = tmp_path_factory.mktemp(Path(script).stem)
        with (folder / "out").open("wb") as out, (folder / "console").open("wb") as console:
            process = subprocess.Popen(
                [INTERPRETERS[major], HERE / "scripts" / script, *arguments],
                env=environment | settings | {"HTTP_LOG": str(folder / "requests")},
                cwd=folder,
                stdout=out,
                stderr=console,
            )
        return Started(process, folder)

    return begin


@pytest.fixture(scope="session")
def run(start: Callable[..., Started]) -> Callable[..., Ran]:
    """Return what runs a script to its good end, with no trouble on the way."""

    def whole(major: str, script: str, *arguments: str, **settings: str) -> Ran:
        ran = start(major, script, *arguments, **settings).finish()
        assert ran.returncode == 0, ran.console
        assert ran.complaints() == []
        # Clients ask for what may not be there yet, and make it then.
        assert [asked for asked in ran.refusals() if (asked[0], asked[2]) != ("GET", 404)] == []
        return ran

    return whole


@pytest.fixture(scope="module", params=["3.9", "2.20"])
def major(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def interpreter(major: str) -> Path:
    """Return the Python of a major's client; its commands lie beside it."""
    return INTERPRETERS[major]


@pytest.fixture(scope="module")
def prefect(
    environment: dict[str, str], interpreter: Path, tmp_path_factory: pytest.TempPathFactory
) -> Commands:
    folder: Path = tmp_path_factory.mktemp("commands")
    for name in ("serving.py", "working.py"):
        (folder / name).write_text((HERE / "scripts" / name).read_text())
    return Commands(interpreter.parent / "prefect", environment, folder)


@pytest.fixture(scope="session")
def shells(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Shell]]:
    """Return what gives the shell of a major."""
    with ExitStack() as opened:

        @cache
        def find(major: str) -> Shell:
            folder: Path = tmp_path_factory.mktemp("shell")
            shell = open_shell(INTERPRETERS[major], environment | EVENTS, folder)
            return opened.enter_context(shell)

        yield find


@pytest.fixture(scope="module")
def shell(shells: Callable[[str], Shell], major: str) -> Shell:
    return shells(major)


@pytest.fixture(scope="session")
def readers(server: ServerProcess) -> Iterator[Callable[[str], Reader]]:
    """Return what gives the reader of a major."""
    made = {major: Reader(server.api_url, major) for major in INTERPRETERS}
    yield made.__getitem__
    for reader in made.values():
        reader.close()


@pytest.fixture(scope="module")
def reader(readers: Callable[[str], Reader], major: str) -> Reader:
    return readers(major)


@pytest.fixture(scope="module")
def find_deployment(reader: Reader) -> Callable[[str], Any]:
    """Return what finds a deployment by its name."""

    def find(name: str) -> Any:
        found = reader.filter("deployments", deployments={"name": {"any_": [name]}})
        return found[0] if found else None

    return find


@pytest.fixture
def differences(major: str, reader: Reader) -> Callable[[str, Ran], list[str]]:
    """Return what compares the rows of a script's runs with the recorded ones, place by place."""

    def find(script: str, ran: Ran) -> list[str]:
        rows = read_rows(reader, list(ran.seen["runs"].values()))
        return list(list_differences(major, rows, load_rows(major, script)))

    return find
