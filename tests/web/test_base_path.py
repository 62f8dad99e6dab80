"""Everything under a path: pages, API and sockets, and the links between them."""

import re

import pytest

from headwater.app import create_app
from headwater.db.migrations import upgrade
from headwater.db.session import disconnect
from headwater.settings import Settings
from headwater.web.sockets.routes import SOCKETS


@pytest.fixture(scope="module")
def below(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('below')}/headwater.db"
    app = create_app(
        Settings.load(api_database_connection_url=url, server_api_base_path="/work/flows")
    )
    with app.app_context():
        upgrade()
        yield app
        disconnect()


def test_the_api_answers_below_the_path_alone(below):
    client = below.test_client()

    assert client.get("/work/flows/api/health").json is True
    assert client.post("/work/flows/api/flows/", json={"name": "a"}).status_code == 201
    assert client.get("/api/health").status_code == 404


@pytest.mark.parametrize("path", ["/", "/work", "/work/flowsapi/health", "/x/work/flows/"])
def test_what_only_looks_like_the_path_is_not_found(below, path):
    assert below.test_client().get(path).status_code == 404


def test_all_links_of_the_pages_stay_below_the_path(below):
    page = below.test_client().get("/work/flows").get_data(as_text=True)

    links = re.findall(r'(?:href|src|hx-get|action)="(/[^"]*)"', page)
    assert links
    assert [link for link in links if not link.startswith("/work/flows/")] == []


def test_the_sockets_are_below_the_path(below):
    assert below.extensions[SOCKETS]
    assert all(path.startswith("/work/flows/api/") for path in below.extensions[SOCKETS])
