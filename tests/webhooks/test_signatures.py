"""Calls that have to be signed, as their senders sign them."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater import clock
from headwater.app import create_app, install
from headwater.db.session import disconnect, reading
from headwater.db.vault import Vault
from headwater.settings import Settings
from headwater.webhooks.models import Webhook
from headwater.webhooks.schemas.signatures import key_of

from .conftest import ROUTE, STATIC, Call, Make

Events = Callable[[], list[SimpleNamespace]]
BODY = '{"a": "é"}'.encode()


def hex_of(secret: str, body: bytes = BODY) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard(secret: str, ago: float = 0, body: bytes = BODY, key: str = "msg_1") -> dict[str, str]:
    sent = str(int(clock.now().timestamp() - ago))
    signed = f"{key}.{sent}.".encode() + body
    mac = hmac.new(b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": sent,
        "webhook-signature": f"v1a,abc v1,AAAA v1,{b64encode(mac).decode()}",
    }


def test_a_secret_that_is_made_is_shown_once_and_kept_encrypted(
    make: Make, client: FlaskClient
) -> None:
    webhook = make(signature={"kind": "standard-webhooks"})

    assert len(key_of(webhook["secret"])) == 32
    shown = client.get(f"{ROUTE}/{webhook['id']}").json
    assert shown["signature"] == {"kind": "standard-webhooks", "header": None}
    assert webhook["secret"] not in json.dumps(shown)
    with reading() as session:
        row = session.execute(select(Webhook.__table__)).one()
    assert webhook["secret"] not in str(row)
    assert webhook["token"] not in str(row)


def test_a_call_signed_by_standard_webhooks_is_taken(make: Make, call: Call) -> None:
    webhook = make(signature={"kind": "standard-webhooks"})

    assert call(webhook, BODY, headers=standard(webhook["secret"])).status_code == 204


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ago": 301}, "The signature is too old, or of a time to come."),
        ({"ago": -310}, "The signature is too old, or of a time to come."),
        ({"body": b"other"}, "The signature is wrong."),
        ({"drop": "webhook-id"}, "The call is not signed: it has no header webhook-id."),
        ({"drop": "webhook-signature"}, "it has no header webhook-signature."),
        ({"webhook-timestamp": "soon"}, "The signature is too old, or of a time to come."),
        ({"webhook-timestamp": "9" * 400}, "The signature is too old, or of a time to come."),
        ({"webhook-id": "other"}, "The signature is wrong."),
        ({"webhook-signature": "v1"}, "The signature is wrong."),
    ],
)
def test_a_call_that_standard_webhooks_would_not_take_is_refused(
    make: Make, call: Call, events: Events, change: dict[str, Any], reason: str
) -> None:
    webhook = make(signature={"kind": "standard-webhooks"})
    signed = {name: change[name] for name in ("ago", "body") if name in change}
    headers = standard(webhook["secret"], **signed)
    headers |= {name: value for name, value in change.items() if name in headers}
    headers.pop(change.get("drop", ""), None)
    before = len(events())

    response = call(webhook, BODY, headers=headers)

    assert response.status_code == 401
    assert reason in response.json["detail"]
    assert len(events()) == before


@pytest.mark.parametrize("given", ["sha256={}", "sha256={} "])
def test_a_call_signed_as_github_does_is_taken(make: Make, call: Call, given: str) -> None:
    webhook = make(signature={"kind": "github", "secret": "geheim"})

    headers = {"X-Hub-Signature-256": given.format(hex_of("geheim"))}

    assert webhook["secret"] is None
    assert call(webhook, BODY, headers=headers).status_code == 204
    assert call(webhook, BODY + b" ", headers=headers).status_code == 401
    assert call(webhook, BODY).json == {
        "detail": "The call is not signed: it has no header X-Hub-Signature-256."
    }


def test_a_call_signed_in_a_header_of_its_senders_own_is_taken(make: Make, call: Call) -> None:
    webhook = make(signature={"kind": "hmac-sha256", "header": "X-Sign"})
    digits = hex_of(webhook["secret"])

    assert call(webhook, BODY, headers={"x-sign": digits.upper()}).status_code == 204
    assert call(webhook, BODY, headers={"x-sign": hex_of("other")}).status_code == 401


def test_a_signature_is_asked_for_beside_the_token(make: Make, call: Call) -> None:
    webhook = make(signature={"kind": "github", "secret": "geheim"})
    signed = {"X-Hub-Signature-256": f"sha256={hex_of('geheim')}"}

    assert call({**webhook, "token": "other"}, BODY, headers=signed).status_code == 401


def test_a_signature_comes_and_goes_with_a_change(
    make: Make, call: Call, client: FlaskClient
) -> None:
    webhook = make()
    address = f"{ROUTE}/{webhook['id']}"

    changed = client.patch(address, json={"signature": {"kind": "github"}}).json
    signed = {"X-Hub-Signature-256": f"sha256={hex_of(changed['secret'])}"}
    assert call(webhook, BODY).status_code == 401
    assert call(webhook, BODY, headers=signed).status_code == 204
    # What is absent stays.
    client.patch(address, json={"description": "x"})
    assert call(webhook, BODY).status_code == 401

    assert client.patch(address, json={"signature": None}).json["signature"] is None
    assert call(webhook, BODY).status_code == 204


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        ({"kind": "hmac-sha256"}, "a header is named for hmac-sha256"),
        ({"kind": "github", "header": "X"}, "a header is named for hmac-sha256"),
        ({"kind": "hmac-sha256", "header": "X Y"}, "must be the name of a header"),
        ({"kind": "github", "secret": ""}, "an empty secret protects nothing"),
        ({"kind": "standard-webhooks", "secret": "whsec_!"}, "is whsec_ and base64"),
        ({"kind": "standard-webhooks", "secret": "whsec_"}, "is whsec_ and base64"),
        ({"kind": "standard-webhooks", "secret": "é"}, "is whsec_ and base64"),
        ({"kind": "none"}, "Input should be"),
    ],
)
def test_a_signature_that_cannot_be_checked_is_refused(
    client: FlaskClient, signature: Any, reason: str
) -> None:
    body = {"name": "a", "template": STATIC, "signature": signature}
    response = client.post(f"{ROUTE}/", json=body)

    assert response.status_code == 422
    assert reason in response.text


def test_secrets_are_encrypted_anew_when_the_servers_key_changes(
    migrated_database: Callable[[], str], tmp_path: Path
) -> None:
    url, old, new = migrated_database(), Fernet.generate_key(), Fernet.generate_key()

    def start(keys: str) -> Flask:
        known = {"home": tmp_path, "api_database_connection_url": url, "secret_key": keys}
        app = create_app(Settings.load(**known))
        install(app)
        return app

    with (first := start(old.decode())).app_context():
        body = {"name": "a", "template": STATIC, "signature": {"kind": "github", "secret": "s"}}
        assert first.test_client().post(f"{ROUTE}/", json=body).status_code == 201
        disconnect()
    with start(f"{new.decode()},{old.decode()}").app_context():
        with reading() as session:
            (kept,) = session.scalars(select(Webhook.__table__.c.secret))
        disconnect()

    assert Vault([new.decode()]).decrypt(kept) == b"s"
