"""Pages of other sites: what they may, by setting, and what they may never."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from headwater.app import create_app
from headwater.errors import ConfigError
from headwater.settings import Settings

OTHER = "https://flows.example"
Make = Callable[..., FlaskClient]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make_caller(**settings: object) -> FlaskClient:
        url = f"sqlite:///{tmp_path}/x.db"
        known = {"home": tmp_path} | settings
        return create_app(Settings.load(api_database_connection_url=url, **known)).test_client()

    return make_caller


def preflight(caller: FlaskClient, origin: str, path: str = "/api/flows/") -> dict[str, str]:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    response = caller.options(path, headers=asked)
    return {
        name: value
        for name, value in response.headers.items()
        if name.startswith("Access-Control") or name == "Vary"
    }


def test_a_site_that_is_named_may_call(make: Make) -> None:
    caller = make(server_cors_allowed_origins=f"http://127.0.0.1:8080,{OTHER}/")

    assert preflight(caller, OTHER) == {
        "Access-Control-Allow-Methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
        "Access-Control-Allow-Headers": "authorization,content-type",
        "Access-Control-Max-Age": "600",
        "Access-Control-Allow-Origin": OTHER,
        "Vary": "Origin",
    }
    response = caller.get("/api/version", headers={"Origin": OTHER})
    assert response.headers["Access-Control-Allow-Origin"] == OTHER
    assert caller.post("/api/nothing", headers={"Origin": OTHER}).status_code == 404


def test_all_sites_may_call_where_the_setting_says_so(make: Make) -> None:
    caller = make(server_cors_allowed_origins="*")

    assert preflight(caller, OTHER)["Access-Control-Allow-Origin"] == "*"
    response = caller.get("/api/no-such-path", headers={"Origin": "null"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Access-Control-Allow-Origin" not in caller.get("/api/version").headers


def test_a_preflight_needs_no_secret_and_what_follows_does(make: Make) -> None:
    caller = make(server_cors_allowed_origins=OTHER, server_api_auth_string="ann:secret")

    assert preflight(caller, OTHER)["Access-Control-Allow-Origin"] == OTHER
    response = caller.post("/api/flows/", headers={"Origin": OTHER})
    assert response.status_code == 401
    assert response.headers["Access-Control-Allow-Origin"] == OTHER  # so that it sees the status


@pytest.mark.parametrize("settings", [{}, {"server_cors_allowed_origins": OTHER}])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://[", OTHER + ".evil.example", ""]
)
def test_a_site_that_is_not_named_changes_nothing(
    make: Make, settings: dict[str, str], origin: str
) -> None:
    caller = make(**settings)

    response = caller.post("/api/flows/", data='{"name":"x"}', headers={"Origin": origin})

    assert response.status_code == 403
    assert "HEADWATER_SERVER_CORS_ALLOWED_ORIGINS" in response.json["detail"]
    assert "Access-Control-Allow-Origin" not in preflight(caller, origin)
    read = caller.get("/api/version", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in read.headers


@pytest.mark.parametrize("origin", ["http://localhost", "HTTP://LOCALHOST", "https://own.example"])
def test_our_own_pages_may_call(make: Make, origin: str) -> None:
    caller = make(ui_url="https://own.example/headwater")

    assert caller.post("/api/nothing", headers={"Origin": origin}).status_code == 404


def test_the_pages_are_no_other_sites_whatever_the_setting_says(make: Make) -> None:
    caller = make(server_cors_allowed_origins="*")

    response = caller.get("/", headers={"Origin": OTHER})

    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("value", ["flows.example", "https://a.example/path", "https://*.a", "**"])
def test_what_is_no_origin_is_refused_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_SERVER_CORS_ALLOWED_ORIGINS", value)

    with pytest.raises(
        ConfigError, match=r"^HEADWATER_SERVER_CORS_ALLOWED_ORIGINS: .*is no origin"
    ):
        Settings.load()
