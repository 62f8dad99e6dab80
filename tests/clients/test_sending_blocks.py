"""The clients' blocks of mails, short messages and webhooks are channels, and the other way."""

from collections.abc import Callable
from typing import Any

import requests

from headwater.testing.processes import ServerProcess
from headwater_sendgrid.channel import SendgridSettings
from headwater_twilio.channel import TwilioSettings

OURS: dict[str, dict[str, Any]] = {
    "sendgrid": {
        "api_key": "SG.x",
        "sender_email": "F <f@example.com>",
        "to_emails": "a@b.org",
    },
    "twilio": {
        "account_sid": "AC" + "c" * 32,
        "auth_token": "s3cret",
        "from_phone_number": "+1 800 1234567",
        "to_phone_numbers": "+1 800 4242424, 18004242425",
    },
    "webhook": {
        "name": "ours",
        "url": "https://x.example/{{tok}}",
        "headers": {"X-Key": "{{tok}}"},
        "secrets": {"tok": "s3cret"},
        "signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    },
}


def test_blocks_are_the_same_on_both_sides(
    run: Callable[..., Any], major: str, reader: Any, server: ServerProcess, fakes: Any
) -> None:
    names = {kind: f"{kind}-{major[0]}" for kind in OURS}
    for kind, settings in OURS.items():
        body = {"type": kind, "name": names[kind], "settings": settings}
        url = f"{server.api_url}/headwater/channels/"
        requests.post(url, json=body, timeout=30).raise_for_status()
    seen = run(major, "sending_blocks.py", f"{fakes.webhook}/any", *names.values()).seen

    saved = seen["saved"]
    channels = [reader.get(f"headwater/channels/{id_}") for id_ in saved.values()]
    assert {one["type"]: one["plugin"] for one in channels} == {
        "sendgrid-email": "sendgrid",
        "twilio-sms": "twilio",
        "custom-webhook": "webhook",
    }
    kept = {
        slug: reader.get(f"block_documents/{id_}", include_secrets="true")["data"]
        for slug, id_ in saved.items()
    }
    mail = SendgridSettings.model_validate(kept["sendgrid-email"])
    assert (mail.sender_email, mail.to_emails) == ("f@example.com", ["a@example.com"])
    sms = TwilioSettings.model_validate(kept["twilio-sms"])
    assert (sms.from_phone_number, sms.to_phone_numbers) == ("+18001234567", ["+18004242424"])

    url = f"{server.api_url}/headwater/channels/{saved['custom-webhook']}/test"
    assert requests.post(url, timeout=30).json()["sent"] is True
    (entry,) = fakes.log()
    assert entry["path"] == "/any/s3cret-token"
    assert entry["headers"]["x-key"] == "key s3cret-token"
    assert entry["headers"]["cookie"] == "a=b"
    told = ["Test notification from Headwater", 1]
    assert entry["body"] == {"by": "theirs", "text": told, "key": "s3cret-token"}

    assert seen["loaded"] == [
        "SG.x",
        ["a@b.org"],
        "s3cret",
        ["+18004242424", "+18004242425"],
        "https://x.example/{{tok}}",
        {"X-Key": "{{tok}}"},
        {"tok": "s3cret"},
    ]
