"""What comes to the address of a webhook: who is let in, and what is kept once."""

from base64 import b64encode
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from headwater.app import create_app
from headwater.settings import Settings
from headwater.webhooks.routes.hooks import LARGEST

from .conftest import ROUTE, STATIC, Call, Events, Make


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_each_method_is_taken_and_told(make: Make, call: Call, made: Events, method: str) -> None:
    webhook = make()

    assert call(webhook, method=method).status_code == 204
    assert made()[0].payload["method"] == method


def test_a_token_is_taken_at_the_end_of_the_address_and_as_a_password(
    make: Make, client: FlaskClient, made: Events
) -> None:
    webhook = make()
    password = b64encode(f"anyone:{webhook['token']}".encode()).decode()

    by_path = client.post(f"/hooks/{webhook['slug']}/{webhook['token']}")
    by_password = client.post(
        f"/hooks/{webhook['slug']}", headers={"Authorization": f"Basic {password}"}
    )

    assert (by_path.status_code, by_password.status_code) == (204, 204)
    assert len(made()) == 2


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer hwh_wrong", "Basic !!!", "Basic aGk=", "Bearer \xe9"]
)
def test_another_token_is_refused_and_nothing_kept(
    make: Make, call: Call, events: Events, authorization: str
) -> None:
    webhook = make()
    before = len(events())

    response = call(webhook, headers={"Authorization": authorization})

    assert response.status_code == 401
    assert response.json == {"detail": "The token of the webhook is missing or wrong."}
    assert len(events()) == before


def test_an_address_that_is_none_is_told_in_json(client: FlaskClient) -> None:
    response = client.post("/hooks/nowhere/token")

    assert response.status_code == 404
    assert response.json == {"detail": "There is no webhook at this address."}


def test_a_paused_webhook_takes_no_call_until_it_is_resumed(
    make: Make, call: Call, client: FlaskClient, made: Events
) -> None:
    webhook = make()
    address = f"{ROUTE}/{webhook['id']}"

    client.patch(address, json={"enabled": False})
    refused = call(webhook)
    client.patch(address, json={"enabled": True})

    assert (refused.status_code, refused.json) == (403, {"detail": "The webhook is paused."})
    assert call(webhook).status_code == 204
    assert len(made()) == 1


def test_a_rotated_token_is_void_at_once(make: Make, call: Call, client: FlaskClient) -> None:
    webhook = make()

    rotated = client.post(f"{ROUTE}/{webhook['id']}/rotate").json

    assert call(webhook).status_code == 401
    assert call(rotated).status_code == 204


def test_a_body_is_taken_up_to_a_size(make: Make, call: Call, events: Events) -> None:
    webhook = make('{"event": "e", "resource": {"prefect.resource.id": "r"}, "payload": {}}')

    assert call(webhook, data=b"x" * LARGEST).status_code == 204
    before = len(events())
    assert call(webhook, data=b"x" * (LARGEST + 1)).status_code == 413
    assert len(events()) == before


def test_a_call_of_another_sites_page_or_form_is_let_in_by_its_token(
    make: Make, call: Call
) -> None:
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    assert call(make(), headers=headers).status_code == 204


@pytest.mark.parametrize("header", ["Idempotency-Key", "webhook-id"])
def test_what_is_told_twice_under_one_key_is_kept_once(
    make: Make, call: Call, made: Events, header: str
) -> None:
    one, other = make(), make(name="other")

    answers = [call(one, headers={header: key}).status_code for key in ("a", "a", "b")]
    answers.append(call(other, headers={header: "a"}).status_code)

    assert answers == [204] * 4
    assert len(made()) == 3


def test_a_call_that_failed_may_come_again_under_its_key(
    make: Make, call: Call, client: FlaskClient, made: Events
) -> None:
    webhook = make("{{ body }}")
    again = {"headers": {"Idempotency-Key": "a"}}

    assert call(webhook, "x", **again).status_code == 422
    client.patch(f"{ROUTE}/{webhook['id']}", json={"template": STATIC})
    assert call(webhook, "x", **again).status_code == 204
    assert len(made()) == 1


def test_a_sender_that_asks_first_is_told_that_it_may(make: Make, call: Call) -> None:
    webhook = make()
    asks = {"WebHook-Request-Origin": "eventgrid.example"}

    answer = call(webhook, method="OPTIONS", headers=asks)

    assert answer.status_code == 204
    assert answer.headers["WebHook-Allowed-Origin"] == "eventgrid.example"
    assert "POST" in answer.headers["Allow"]
    assert call({**webhook, "token": "x"}, method="OPTIONS", headers=asks).status_code == 401


def test_who_asks_for_the_head_of_an_address_tells_nothing(
    make: Make, call: Call, events: Events
) -> None:
    webhook = make()
    before = len(events())

    assert call(webhook, method="HEAD").status_code == 204
    assert call({**webhook, "token": "x"}, method="HEAD").status_code == 401
    assert len(events()) == before


def test_a_call_takes_two_statements(make: Make, call: Call, statements: list[str]) -> None:
    webhook = make()
    statements.clear()

    call(webhook)

    assert len(statements) == 2


def test_a_token_in_the_address_of_a_call_that_fails_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(
        Settings.load(api_database_connection_url=f"sqlite:///{tmp_path}/nowhere/x.db")
    )

    response = app.test_client().post("/hooks/nas/hwh_secret")

    assert response.status_code == 503
    assert "POST /hooks/nas/***: " in caplog.text
    assert "hwh_secret" not in caplog.text
