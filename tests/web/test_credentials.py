"""A server that asks for one shared secret: who gets in, who does not, and what they are told."""

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from headwater.app import create_app
from headwater.settings import Settings
from headwater.web.credentials import OPEN, Secret
from headwater.web.rights import find_right

LOGIN = "ann:pa:ss wörd"
Make = Callable[..., Flask]


def basic(text: str) -> str:
    return f"Basic {b64encode(text.encode()).decode()}"


def bearer(text: str) -> str:
    """Return the header as it comes out of WSGI, which decodes bytes one by one."""
    return f"Bearer {text.encode().decode('latin-1')}"


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make_app(**settings: object) -> Flask:
        url = f"sqlite:///{tmp_path}/x.db"
        known = {"home": tmp_path, "server_api_auth_string": LOGIN} | settings
        return create_app(Settings.load(api_database_connection_url=url, **known))

    return make_app


@pytest.fixture
def caller(make: Make) -> FlaskClient:
    return make().test_client()


@pytest.mark.parametrize(
    "header",
    [basic(LOGIN), bearer(LOGIN), basic(LOGIN).replace("Basic", "basic")],
)
def test_the_secret_gets_in_as_basic_and_as_bearer(caller: FlaskClient, header: str) -> None:
    response = caller.get("/api/admin/version", headers={"Authorization": header})

    assert (response.status_code, response.json) == (200, "3.9.1")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Bearer ",
        basic("ann:wrong"),
        basic(LOGIN + " "),
        basic("ann"),
        bearer("ann:wrong"),
        bearer(LOGIN[:-1]),
        f"Digest {LOGIN.encode().decode('latin-1')}",
        "Basic \u00e9\u00e9\u00e9",
        "Bearer " + "x" * 10_000,
    ],
)
def test_nothing_else_gets_in(caller: FlaskClient, header: str) -> None:
    response = caller.get("/api/admin/version", headers={"Authorization": header})

    assert (response.status_code, response.json) == (401, {"exception_message": "Unauthorized"})
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/version"),
        ("GET", "/api/hello"),
        ("GET", "/api/csrf-token?client=c"),
        ("GET", "/api/docs"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/no-such-path"),
        ("GET", "/api/variables/name/system-health"),
        ("GET", "/api/health/"),
        ("HEAD", "/api/health"),
        ("POST", "/api/health"),
        ("POST", "/api/flows/filter"),
        ("GET", "/api/events/in"),
        ("GET", "/"),
        ("GET", "/runs"),
        ("GET", "/plugins"),
        ("GET", "/no-such-page"),
        ("GET", "/api"),
    ],
)
def test_all_that_is_not_open_asks_for_it(caller: FlaskClient, method: str, path: str) -> None:
    forged = {"Host": "x/api/health", "X-Forwarded-Host": "localhost", "X-Original-URL": "/health"}

    assert caller.open(path, method=method, headers=forged).status_code == 401


def test_no_route_is_open_but_those_for_who_watches_the_server(make: Make) -> None:
    app = make()
    caller = app.test_client()

    for rule in app.url_map.iter_rules():
        path = re.sub("<(?:[a-z]+:)?([^>]+)>", r"\1", rule.rule)
        public = not path.startswith("/api/") and find_right_in(app, rule.endpoint) == "public"
        for method in (rule.methods or set()) - {"OPTIONS"}:
            is_open = public or (method == "GET" and path in OPEN)
            with caller.open(path, method=method) as response:
                assert (response.status_code != 401) is is_open, (method, path)


def find_right_in(app: Flask, endpoint: str) -> str | None:
    with app.app_context():
        return find_right(endpoint)


@pytest.mark.parametrize("path", ["/api/health", "/api/ready", "/assets/headwater.css"])
def test_what_is_open_asks_for_nothing(caller: FlaskClient, path: str) -> None:
    with caller.get(path) as response:
        assert response.status_code != 401


@pytest.mark.parametrize("path", ["/", "/no-such-page", "/api/docs"])
def test_a_browser_asks_its_user(caller: FlaskClient, path: str) -> None:
    response = caller.get(path, headers={"Accept": "text/html,*/*"})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Basic realm="Headwater server", charset=UTF-8'
    assert LOGIN not in response.text


def test_under_a_base_path_the_same_is_open(make: Make) -> None:
    caller = make(server_api_base_path="/headwater").test_client()

    assert caller.get("/headwater/api/health").status_code == 200
    assert caller.get("/headwater/api/version").status_code == 401


def test_without_a_secret_all_get_in(make: Make) -> None:
    caller = make(server_api_auth_string=None).test_client()

    response = caller.get("/api/version", headers={"Authorization": basic("who:ever")})

    assert response.status_code == 200


def test_a_secret_that_no_header_has_matches_itself_alone() -> None:
    secret = Secret("a:\u65e5\u672c")

    assert secret.matches("a:\u65e5\u672c".encode())
    assert secret.is_in(basic("a:\u65e5\u672c"))
    assert not secret.matches(b"")
