"""What proxies say of the browser's side is believed of as many as the setting counts."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from headwater.app import create_app
from headwater.errors import ConfigError
from headwater.settings import Settings, proxy_counts
from headwater.web.proxies import forwarded
from headwater.web.rights import needs

HEADERS = {
    "X-Forwarded-For": "6.6.6.6, 1.2.3.4",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example, flows.example",
    "X-Forwarded-Prefix": "/flows",
}


def make_app(tmp_path: Path, proxies: str) -> Flask:
    url = f"sqlite:///{tmp_path}/x.db"
    settings = {"home": tmp_path, "server_trusted_proxies": proxies}
    app = create_app(Settings.load(api_database_connection_url=url, **settings))

    @app.get("/seen")
    @needs("public")
    def show_seen() -> dict[str, Any]:
        return {"from": request.remote_addr, "url": request.url_root}

    return app


@pytest.mark.parametrize(
    ("proxies", "sender", "url"),
    [
        ("0", "127.0.0.1", "http://localhost/"),
        ("1", "1.2.3.4", "https://flows.example/"),
        ("2", "6.6.6.6", "http://evil.example/"),  # the scheme has one value only
        ("for=1,prefix=1", "1.2.3.4", "http://localhost/flows/"),
        ("host = 1", "127.0.0.1", "http://flows.example/"),
    ],
)
def test_so_many_proxies_are_believed(tmp_path: Path, proxies: str, sender: str, url: str) -> None:
    seen = make_app(tmp_path, proxies).test_client().get("/seen", headers=HEADERS).json

    assert seen == {"from": sender, "url": url}


def test_a_form_behind_a_proxy_is_our_own(tmp_path: Path) -> None:
    caller = make_app(tmp_path, "1").test_client()
    headers = HEADERS | {"Origin": "https://flows.example"}

    assert caller.post("/api/nothing", headers=headers).status_code == 404


@pytest.mark.parametrize("value", ["-1", "for", "for=x", "forr=1", "yes"])
def test_what_is_no_count_is_refused_by_name(value: str) -> None:
    with pytest.raises(ConfigError, match="HEADWATER_SERVER_TRUSTED_PROXIES"):
        Settings.load(server_trusted_proxies=value)


def test_a_number_stands_for_what_most_proxies_set() -> None:
    settings = Settings.load(server_trusted_proxies=2)

    assert proxy_counts(settings.server_trusted_proxies) == {"for": 2, "proto": 2, "host": 2}
    assert settings.shown("server_trusted_proxies") == "for=2,proto=2,host=2"


@pytest.mark.parametrize(
    ("header", "count", "found"), [("a, b", 1, "b"), ("a, b", 2, "a"), ("a", 2, ""), ("a", 0, "")]
)
def test_the_outermost_trusted_proxy_is_asked(header: str, count: int, found: str) -> None:
    assert forwarded(header, count) == found
