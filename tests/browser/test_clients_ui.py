"""The web pages that come with the clients' own package work on our API, and show what is in it."""

from collections.abc import Iterator
from time import monotonic

import pytest
import requests
from playwright.sync_api import Browser, Page, Request, Response

from headwater.testing.processes import ServerProcess
from tests.browser.clients_ui import ClientsUi

PATIENCE = 20.0  # seconds
QUIET, STEP = 500.0, 50.0  # milliseconds without a request, and between two looks
# What a page shows of what was made, by its address. Words in braces name what was made.
OLDER = {
    "/dashboard": "Dashboard",
    "/runs": "daily-etl",
    "/runs/flow-run/{flow_run}": "daily-etl",
    "/runs/task-run/{task_run}": "{task_run_name}",
    "/flows": "daily-etl",
    "/flows/flow/{flow}": "daily-etl",
    "/deployments": "nightly",
    "/deployments/deployment/{deployment}": "nightly",
    "/deployments/deployment/{deployment}/run": "nightly",
    "/deployments/deployment/{deployment}/edit": "nightly",
    "/work-pools": "warehouse",
    "/work-pools/work-pool/warehouse": "warehouse",
    "/work-pools/work-pool/warehouse/edit": "warehouse",
    "/work-pools/work-pool/warehouse/queue/urgent": "urgent",
    "/blocks": "pass-phrase",
    "/blocks/block/{block}": "pass-phrase",
    "/blocks/catalog": "Secret",
    "/blocks/catalog/secret": "Secret",
    "/blocks/catalog/secret/create": "Secret",
    "/variables": "region",
    "/automations": "on-failure",
    "/automations/automation/{automation}": "on-failure",
    "/automations/create": "Trigger",
    "/artifacts": "daily-report",
    "/artifacts/key/daily-report": "daily-report",
    "/artifacts/artifact/{artifact}": "all is well",
    "/concurrency-limits": "database",
    "/concurrency-limits/concurrency-limit/{tag_limit}": "loads",
    "/events": "Event",
    "/settings": "Settings",
}
NEWER = {
    **OLDER,
    "/work-pools/create": "Process",
    "/deployments/deployment/{deployment}/duplicate": "nightly",
}
PAGES = [*OLDER.items(), *((f"/v2{path}", shown) for path, shown in NEWER.items())]


@pytest.fixture(scope="module")
def made(server: ServerProcess, ran: str) -> dict[str, str]:
    """Make one of each kind; return what addresses and pages name them by."""
    found = _post(server, "flow_runs/filter", {"flows": {"name": {"any_": ["daily-etl"]}}})[0]
    task_run = _post(server, "task_runs/filter", {"limit": 1})[0]
    pool = {"name": "warehouse", "type": "process"}
    _post(server, "work_pools/", pool)
    _post(server, "work_pools/warehouse/queues", {"name": "urgent"})
    deployment = _post(
        server,
        "deployments/",
        {
            "name": "nightly",
            "flow_id": _post(server, "flows/", {"name": "load"})["id"],
            "entrypoint": "flows.py:load",
            "work_pool_name": "warehouse",
            # Its runs would be on the lists that other tests read.
            "schedules": [
                {"schedule": {"cron": "0 3 * * *", "timezone": "Europe/Zurich"}, "active": False}
            ],
        },
    )
    # As a task makes one. Of one that no run made, the newer pages ask for the run "".
    origin = {"flow_run_id": task_run["flow_run_id"], "task_run_id": task_run["id"]}
    artifact = {"key": "daily-report", "type": "markdown", "data": "# all is well", **origin}
    automation = {
        "name": "on-failure",
        "trigger": {
            "type": "event",
            "posture": "Reactive",
            "expect": ["prefect.flow-run.Failed"],
            "match": {"prefect.resource.id": "prefect.flow-run.*"},
            "threshold": 1,
            "within": 0,
        },
        "actions": [{"type": "cancel-flow-run"}],
    }
    _post(server, "v2/concurrency_limits/", {"name": "database", "limit": 3})
    return {
        "flow": found["flow_id"],
        "flow_run": found["id"],
        "task_run": task_run["id"],
        "task_run_name": task_run["name"],
        "deployment": deployment["id"],
        "block": _make_block(server),
        "variable": _post(server, "variables/", {"name": "region", "value": "eu"})["id"],
        "artifact": _post(server, "artifacts/", artifact)["id"],
        "automation": _post(server, "automations/", automation)["id"],
        "tag_limit": _post(server, "concurrency_limits/", {"tag": "loads", "concurrency_limit": 2})[
            "id"
        ],
    }


class Visit:
    """A page that is looked at, and what goes wrong on it: refused requests, errors of scripts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        self._asked: set[Request] = set()
        # Not the set's own methods, which Playwright does not take.
        page.on("request", lambda request: self._asked.add(request))
        page.on("requestfinished", lambda request: self._asked.discard(request))
        page.on("requestfailed", lambda request: self._asked.discard(request))
        page.on("response", self._note)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _note(self, response: Response) -> None:
        if response.status >= 400:
            asked = response.request
            self.wrong.append(f"{response.status} {asked.method} {asked.url} {asked.post_data}")

    def settle(self) -> None:
        """Wait until the page asks for nothing more: what it shows it may ask about."""
        quiet, end = 0.0, monotonic() + PATIENCE
        while quiet < QUIET:
            assert monotonic() < end, f"{len(self._asked)} requests are not answered"
            self.page.wait_for_timeout(STEP)
            quiet = 0.0 if self._asked else quiet + STEP


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """What the pages would tell their makers about their users goes nowhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    context.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
    yield Visit(context.new_page())
    context.close()


@pytest.mark.parametrize(("path", "shown"), PAGES)
def test_each_page_shows_what_was_made_and_nothing_is_refused(
    path: str, shown: str, clients_ui: ClientsUi, made: dict[str, str], visit: Visit
) -> None:
    page = visit.page
    page.goto(clients_ui.url + path.format(**made))
    page.get_by_text(shown.format(**made)).or_(
        page.locator(f"input[value='{shown.format(**made)}']")
    ).first.wait_for(state="attached")
    visit.settle()
    assert visit.wrong == []


def _post(server: ServerProcess, path: str, body: dict[str, object]) -> dict[str, str]:
    answered = requests.post(f"{server.api_url}/{path}", json=body, timeout=10)
    assert answered.ok, answered.text
    made: dict[str, str] = answered.json()
    return made


def _make_block(server: ServerProcess) -> str:
    kind = requests.get(f"{server.api_url}/block_types/slug/secret", timeout=10).json()
    wanted = {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}}
    schema = _post(server, "block_schemas/filter", wanted)[0]
    document = {
        "name": "pass-phrase",
        "data": {"value": "hidden"},
        "block_type_id": kind["id"],
        "block_schema_id": schema["id"],
    }
    return _post(server, "block_documents/", document)["id"]
