"""A server that asks for its secret, in a browser whose user knows it, or does not."""

from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from headwater.testing.processes import ServerProcess, running_server

USER, PASSWORD = "ann", "pa:ss-w0rd"
LOGIN = f"{USER}:{PASSWORD}"


@pytest.fixture(scope="module")
def guarded(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    settings = {"HEADWATER_SERVER_API_AUTH_STRING": LOGIN}
    home = tmp_path_factory.mktemp("guarded")
    with running_server(new_database(), home, "--workers", "1", **settings) as server:
        yield server


@pytest.fixture
def open_page(browser: Browser, guarded: ServerProcess) -> Iterator[Callable[..., Page]]:
    contexts = []

    def begin(**options: object) -> Page:
        contexts.append(browser.new_context(base_url=guarded.url, **options))
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    yield begin
    for context in contexts:
        context.close()


def test_who_gives_it_sees_the_pages_and_acts_on_them(
    open_page: Callable[..., Page], guarded: ServerProcess
) -> None:
    http = requests.Session()
    http.auth = (USER, PASSWORD)
    flow = http.post(f"{guarded.api_url}/flows/", json={"name": "etl"}, timeout=30).json()
    body = {"flow_id": flow["id"], "name": "one", "state": {"type": "RUNNING"}}
    run = http.post(f"{guarded.api_url}/flow_runs/", json=body, timeout=30).json()
    page = open_page(http_credentials={"username": USER, "password": PASSWORD})

    page.goto("/")
    expect(page.get_by_role("link", name="one").first).to_be_visible()  # a card that htmx fetched
    page.goto(f"/runs/flow-run/{run['id']}/delete")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted")).to_be_visible()

    gone = http.get(f"{guarded.api_url}/flow_runs/{run['id']}", timeout=30)
    assert gone.status_code == 404


def test_who_does_not_is_told_so(open_page: Callable[..., Page]) -> None:
    page = open_page(http_credentials={"username": USER, "password": "guess"})

    answer = page.goto("/")

    assert answer is not None
    assert answer.status == 401
    expect(page.get_by_text("asks for a user and a password")).to_be_visible()
