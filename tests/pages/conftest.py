"""Runs made through the API, as clients make them, and the pages that show them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from headwater.plugins import PluginState, Report
from headwater.web.panels import PANELS

HTMX = {"HX-Request": "true"}
Make = Callable[..., Any]


@pytest.fixture
def make_run(client: FlaskClient) -> Make:
    """Make a run of the flow of a name, and move it to a state where one is given."""

    def make(flow: str = "daily-etl", state: str | None = None, **body: Any) -> Any:
        message = body.pop("message", None)
        flow_id = client.post("/api/flows/", json={"name": flow}).json["id"]
        run = client.post("/api/flow_runs/", json={"flow_id": flow_id} | body).json
        if state is not None:
            change = {"state": {"type": state, "message": message}, "force": True}
            client.post(f"/api/flow_runs/{run['id']}/set_state", json=change)
        return run

    return make


@pytest.fixture
def make_task_run(client: FlaskClient) -> Make:
    def make(run: Any, number: int = 0, state: str | None = None, **body: Any) -> Any:
        keys = {"flow_run_id": run["id"], "task_key": "extract-1", "dynamic_key": str(number)}
        task = client.post("/api/task_runs/", json=keys | body).json
        if state is not None:
            path = f"/api/task_runs/{task['id']}/set_state"
            client.post(path, json={"state": {"type": state}, "force": True})
        return task

    return make


@pytest.fixture
def log(client: FlaskClient) -> Make:
    """Log lines of a run: each a text, or a level and a text."""

    def post(run: Any, *lines: str | tuple[int, str], task: Any = None) -> None:
        whole = [line if isinstance(line, tuple) else (20, line) for line in lines]
        body = [
            {"name": "prefect.flow_runs", "level": level, "message": message}
            | {"timestamp": "2026-01-01T00:00:00Z", "flow_run_id": run["id"]}
            | ({"task_run_id": task["id"]} if task else {})
            for level, message in whole
        ]
        assert client.post("/api/logs/", json=body).status_code == 201

    return post


@dataclass(frozen=True)
class Page:
    """What came of a request, as who looks at it sees it."""

    status: int
    text: str
    headers: Headers

    def asks(self, element: str) -> str:
        """Return the address that an element asks for its news."""
        found = re.search(f'id="{element}"[^>]*hx-get="([^"]+)"', self.text)
        assert found, self.text
        return unescape(found[1])

    @property
    def names(self) -> list[str]:
        """The names of the runs that a list shows, in order."""
        return [unescape(name) for name in re.findall('class="name"[^>]*>([^<]+)</a>', self.text)]

    @property
    def lines(self) -> list[str]:
        """The texts of the log lines, without their tags."""
        texts = re.findall('class="text">(.*?)</span></div>', self.text, re.DOTALL)
        return [unescape(re.sub("<[^>]+>", "", text)) for text in texts]

    @property
    def notice(self) -> str:
        """What the page says about what was done before it."""
        found = re.search('class="flash"[^>]*>([^<]+)<', self.text)
        return unescape(found[1]) if found else ""

    def link(self, words: str) -> str:
        """Return where the link with these words goes."""
        found = re.search(f'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}', self.text)
        assert found, self.text
        return unescape(found[1])


@pytest.fixture
def view(client: FlaskClient) -> Callable[[str], Page]:
    """Ask for a page as a browser without scripts does."""
    return lambda url: _page(client.get(url))


@pytest.fixture
def fetch(client: FlaskClient) -> Callable[[str], Page]:
    """Ask for a part of a page as htmx does."""
    return lambda url: _page(client.get(url, headers=HTMX))


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., Page]:
    """Send the form of a page to an address, the page's own where none is given."""

    def post(page: str, to: str | None = None, **fields: Any) -> Page:
        token = re.search('name="csrf_token" value="([^"]+)"', client.get(page).text)
        assert token, page
        return _page(client.post(to or page, data={"csrf_token": token[1]} | fields))

    return post


@pytest.fixture
def state_of(client: FlaskClient) -> Callable[[Any], str]:
    """Return the name of the state that a run is in."""
    return lambda run: client.get(f"/api/flow_runs/{run['id']}").json["state_name"]


def _page(response: TestResponse) -> Page:
    return Page(response.status_code, response.text, response.headers)


@pytest.fixture
def report(app: Flask) -> Iterator[Report]:
    """The report on the panel's plugin, which is as before after the test."""
    report: Report = app.extensions[PANELS].plugins.reports["runs"]
    yield report
    report.state = PluginState.ACTIVE
    report.reasons.clear()
