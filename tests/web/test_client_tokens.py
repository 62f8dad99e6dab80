"""Tokens that clients fetch and send along, where the server asks for them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from headwater import clock
from headwater.access.models import CsrfToken
from headwater.app import create_app
from headwater.db.base import db
from headwater.db.migrations import upgrade
from headwater.db.session import disconnect, reading, write
from headwater.settings import Settings

LIFETIME = 60  # seconds


@pytest.fixture(scope="module")
def guarded(new_database: Callable[[], str]) -> Iterator[Flask]:
    app = create_app(
        Settings.load(
            api_database_connection_url=new_database(),
            server_csrf_protection_enabled=True,
            server_csrf_token_expiration=LIFETIME,
        )
    )
    with app.app_context():
        upgrade()
        yield app
        disconnect()


@pytest.fixture
def caller(guarded: Flask) -> FlaskClient:
    return guarded.test_client()


@pytest.fixture
def name() -> str:
    return str(uuid4())


def issue(caller: FlaskClient, name: str) -> Any:
    response = caller.get("/api/csrf-token", query_string={"client": name})
    assert response.status_code == 200
    return response.json


def send(caller: FlaskClient, token: str | None, name: str | None) -> tuple[int, Any]:
    given = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": name}
    headers = {key: value for key, value in given.items() if value is not None}
    response = caller.post("/api/flows/filter", json={}, headers=headers)
    return response.status_code, response.json


def test_a_token_opens_what_changes_something(caller: FlaskClient, name: str) -> None:
    issued = issue(caller, name)

    assert set(issued) == {"id", "created", "updated", "token", "client", "expiration"}
    assert len(bytes.fromhex(issued["token"])) == 32
    assert issued["client"] == name
    assert send(caller, issued["token"], name) == (200, [])


def test_a_new_token_voids_the_one_before(caller: FlaskClient, name: str) -> None:
    first = issue(caller, name)
    second = issue(caller, name)

    assert second["token"] != first["token"]
    assert [second[key] for key in ("id", "created")] == [first[key] for key in ("id", "created")]
    refused = (403, {"detail": "Invalid CSRF token or client identifier."})
    assert send(caller, first["token"], name) == refused
    assert send(caller, second["token"], name)[0] == 200


def test_each_refusal_has_the_words_that_clients_know(caller: FlaskClient, name: str) -> None:
    token = issue(caller, name)["token"]

    assert send(caller, None, None) == (403, {"detail": "Missing CSRF token."})
    assert send(caller, None, name) == (403, {"detail": "Missing CSRF token."})
    assert send(caller, token, None) == (403, {"detail": "Missing client identifier."})
    wrong = (403, {"detail": "Invalid CSRF token or client identifier."})
    assert send(caller, token, "another") == wrong
    assert send(caller, "", name) == wrong
    assert send(caller, "\u00e9" * 64, name) == wrong


@pytest.mark.parametrize("client", ["", "a b", "\u65e5\u672c", "x" * 1024])
def test_a_client_may_have_any_name(caller: FlaskClient, client: str) -> None:
    token = issue(caller, client)["token"]

    assert send(caller, token, client.encode().decode("latin-1"))[0] == 200


@pytest.mark.parametrize("client", [None, "a\0b", "x" * 1025])
def test_a_name_that_no_database_keeps_is_refused(caller: FlaskClient, client: str) -> None:
    query = {} if client is None else {"client": client}

    response = caller.get("/api/csrf-token", query_string=query)

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["query", "client"]


def test_a_token_is_void_when_its_time_is_over_and_goes_with_the_next(
    caller: FlaskClient, name: str
) -> None:
    token = issue(caller, name)["token"]
    past = clock.now() - timedelta(seconds=1)
    of_client = update(CsrfToken).where(CsrfToken.client == name)
    write(lambda session: session.execute(of_client.values(expiration=past)))

    assert send(caller, token, name)[0] == 403
    issue(caller, str(uuid4()))
    with reading() as session:
        kept = select(func.count()).where(CsrfToken.client == name)
        assert session.execute(kept).scalar() == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/no-such-path"),
        ("POST", "/api/health"),
        ("PUT", "/api/flows/"),
        ("PATCH", "/api/flows/x"),
        ("DELETE", "/api/flows/x"),
    ],
)
def test_it_is_asked_for_wherever_something_could_change(
    caller: FlaskClient, method: str, path: str
) -> None:
    assert caller.open(path, method=method).json == {"detail": "Missing CSRF token."}


def test_reading_needs_none(caller: FlaskClient) -> None:
    assert caller.get("/api/version").status_code == 200


def test_it_is_asked_for_before_the_secret(guarded: Flask) -> None:
    both = create_app(
        Settings.load(
            api_database_connection_url=db.engine.url.render_as_string(hide_password=False),
            server_csrf_protection_enabled=True,
            server_api_auth_string="ann:secret",
        )
    ).test_client()

    assert both.post("/api/flows/filter").json == {"detail": "Missing CSRF token."}
    assert both.get("/api/csrf-token?client=c").status_code == 401
