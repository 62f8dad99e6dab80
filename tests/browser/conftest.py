"""A browser, and a server as users start it, with the real client sending it runs."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from headwater.testing.processes import ServerProcess, running_server
from tests.browser.clients_ui import ClientsUi, served_ui

FLOWS = Path(__file__).parent / "flows.py"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def clients_ui() -> Iterator[ClientsUi]:
    with served_ui() as ui:
        yield ui


@pytest.fixture(scope="session")
def server(
    new_database: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
    clients_ui: ClientsUi,
) -> Iterator[ServerProcess]:
    home = tmp_path_factory.mktemp("server")
    friends = {"HEADWATER_SERVER_CORS_ALLOWED_ORIGINS": clients_ui.url}
    with running_server(new_database(), home, "--workers", "1", **friends) as server:
        clients_ui.api_url = server.api_url
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What browsers complained of: errors of scripts, violated policies, failed requests."""
    return []


@pytest.fixture
def open_context(
    browser: Browser, server: ServerProcess, complaints: list[str]
) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of somebody's own, whose pages must complain of nothing."""
    opened: list[BrowserContext] = []

    def begin(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=server.url, **options)
        context.set_default_timeout(20_000)
        context.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        opened.append(context)
        return context

    yield begin
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context(viewport={"width": 1280, "height": 800}).new_page()


@pytest.fixture
def start_flow(
    server: ServerProcess, tmp_path: Path
) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start a flow of flows.py with the real client; its steps wait for files in the folder."""
    processes = []

    def begin(name: str, *arguments: str) -> "subprocess.Popen[str]":
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "PREFECT_API_URL": server.api_url,
            "STEPS": str(tmp_path),
        }
        command = [sys.executable, str(FLOWS), name, *arguments]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def step(tmp_path: Path) -> Callable[[str], None]:
    """Let the flow take a step."""
    return lambda name: (tmp_path / name).touch()


@pytest.fixture(scope="session")
def run_flow(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Run a flow of flows.py to its end; return what the client printed."""

    def run(name: str, *arguments: str) -> str:
        home = str(tmp_path_factory.mktemp("client"))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "PREFECT_HOME": home,
            "PREFECT_API_URL": server.api_url,
        }
        command = [sys.executable, str(FLOWS), name, *arguments]
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        return ran.stdout + ran.stderr

    return run


@pytest.fixture(scope="session")
def ran(run_flow: Callable[..., str]) -> str:
    """Several runs of all kinds, as most tests look at; what the client printed."""
    return run_flow("various")


@pytest.fixture
def find_run(server: ServerProcess, ran: str) -> Callable[..., str]:
    """Return the address of the latest run of a flow."""

    def find(flow: str) -> str:
        body = {"flows": {"name": {"any_": [flow]}}, "sort": "START_TIME_DESC", "limit": 1}
        (run,) = requests.post(f"{server.api_url}/flow_runs/filter", json=body, timeout=10).json()
        return f"/runs/flow-run/{run['id']}"

    return find


@pytest.fixture
def find_flow(server: ServerProcess, ran: str) -> Callable[[str], str]:
    """Return the address of a flow."""

    def find(name: str) -> str:
        found = requests.get(f"{server.api_url}/flows/name/{name}", timeout=10).json()
        return f"/flows/{found['id']}"

    return find
