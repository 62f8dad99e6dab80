"""The web pages that come with the clients' own package work on our API, and show what is in it."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, Response

from headwater.testing.processes import ServerProcess
from tests.browser.clients_ui import ClientsUi

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
    artifact = {"key": "daily-report", "type": "markdown", "data": "# all is well"}
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


@pytest.fixture
def clients_page(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what went wrong on it: refused requests and errors of scripts.

    What the pages would tell their makers about their users goes nowhere.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    wrong: list[str] = []

    def note(response: Response) -> None:
        if response.status >= 400:
            asked = response.request
            wrong.append(f"{response.status} {asked.method} {asked.url} {asked.post_data}")

    context.on("response", note)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
    yield context.new_page(), wrong
    context.close()


@pytest.mark.parametrize(("path", "shown"), PAGES)
def test_each_page_shows_what_was_made_and_nothing_is_refused(
    path: str,
    shown: str,
    clients_ui: ClientsUi,
    made: dict[str, str],
    clients_page: tuple[Page, list[str]],
) -> None:
    page, wrong = clients_page
    page.goto(clients_ui.url + path.format(**made), wait_until="networkidle")
    page.get_by_text(shown.format(**made)).or_(
        page.locator(f"input[value='{shown.format(**made)}']")
    ).first.wait_for(state="attached")
    assert wrong == []


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
