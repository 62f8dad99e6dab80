"""The fake services answer as their rules say: each example of theirs, and the controls."""

import hmac
import json
import time
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
import requests

EXAMPLES = [
    pytest.param(service["prefix"], endpoint, example, id=f"{path.stem}-{example['name']}")
    for path in sorted((Path(__file__).parent / "services").glob("*.json"))
    for service in [json.loads(path.read_text())]
    for endpoint in service["endpoints"]
    for example in endpoint["examples"]
]
HOOK = "/slack/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"


def expand(value):
    """Write out what an example says in short."""
    if isinstance(value, dict):
        if "$repeat" in value:
            text, count = value["$repeat"]
            return text * count
        if "$repeat_list" in value:
            item, count = value["$repeat_list"]
            return [expand(item)] * count
        return {key: expand(item) for key, item in value.items()}
    return [expand(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("prefix", "endpoint", "example"), EXAMPLES)
def test_each_example_gets_its_answer(fakes, prefix, endpoint, example):
    request, expected = example["request"], example["expect"]
    sent = {"headers": request.get("headers"), "params": request.get("query")}
    sent |= {"json": expand(request["json"])} if "json" in request else {}
    sent |= {"data": request["raw"].encode()} if "raw" in request else {}
    sent |= {"data": expand(request["form"])} if "form" in request else {}
    url = fakes.url + prefix + request["path"]
    method = "POST" if endpoint["method"] == "*" else endpoint["method"]
    answer = requests.request(method, url, timeout=10, **sent)

    assert answer.status_code == expected["status"]
    assert expected.get("body_contains", "") in answer.text


def test_answers_can_be_ordered_in_advance(fakes):
    fakes.control("slack", next=[{"status": 503, "headers": {"Retry-After": "7"}, "body": "busy"}])
    answers = [requests.post(fakes.url + HOOK, json={"text": "x"}, timeout=10) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert [entry["status"] for entry in fakes.log()] == [503, 200]


def test_too_many_are_told_how_long_to_wait(fakes):
    fakes.control("slack", rate_on=True)
    answers = [requests.post(fakes.url + HOOK, json={"text": "x"}, timeout=10) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 0 < float(answers[-1].headers["Retry-After"]) <= 1
    fakes.control("slack", clock_add_s=5)
    assert requests.post(fakes.url + HOOK, json={"text": "x"}, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("body", "age", "status"),
    [(b'{"a":1}', 0, 204), (b'{"a":1} ', 0, 401), (b'{"a":1}', 400, 400), (b'{"a":1}', None, 400)],
)
def test_only_what_is_signed_well_is_taken(fakes, body, age, status):
    stamp = str(int(time.time()) - (age or 0))
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    digest = hmac.digest(key, f'one.{stamp}.{{"a":1}}'.encode(), "sha256")
    headers = {"webhook-id": "one", "webhook-timestamp": stamp}
    if age is not None:
        headers["webhook-signature"] = f"v1,AAAA v1,{b64encode(digest).decode()}"
    url = f"{fakes.webhook}/signed/x"

    assert requests.post(url, data=body, headers=headers, timeout=10).status_code == status


def test_links_that_are_followed_and_texts_that_are_no_html_are_noted(fakes):
    content = [{"type": "text/plain", "value": "x"}, {"type": "text/html", "value": "a < b"}]
    people = [{"to": [{"email": "a@example.com"}]}]
    body = {"personalizations": people, "from": {"email": "f@example.com"}, "subject": "s"}
    headers = {"authorization": "Bearer SG.x"}
    url = f"{fakes.sendgrid}/v3/mail/send"
    requests.post(url, json=body | {"content": content}, headers=headers, timeout=10)

    assert fakes.log()[0]["notes"] == ["tracked", "html_unescaped"]


def test_what_is_not_escaped_is_noted(fakes):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "a < b"}}]
    body = {"text": "x", "attachments": [{"blocks": blocks}]}
    requests.post(fakes.url + HOOK, json=body, timeout=10)

    assert fakes.log()[0]["notes"] == ["unescaped_amp"]


def test_what_opsgenie_would_show_as_html_is_noted(fakes):
    key = {"Authorization": "GenieKey eb243592-faa2-4ba2-a551-1afdf565c889"}
    for message in ("a < b", "a &lt; b"):
        body = {"message": message}
        requests.post(f"{fakes.opsgenie}/v2/alerts", json=body, headers=key, timeout=10)

    assert [entry["notes"] for entry in fakes.log()] == [["unescaped"], []]


def test_alerts_are_opened_counted_and_closed(fakes):
    event = {"routing_key": "e93facc04764012d7bfb002500d5d1a6", "dedup_key": "one"}
    payload = {"summary": "s", "source": "h", "severity": "error"}

    def enqueue(action):
        body = event | {"event_action": action, "payload": payload}
        requests.post(f"{fakes.pagerduty}/v2/enqueue", json=body, timeout=10)

    enqueue("trigger")
    enqueue("trigger")
    assert fakes.open_alerts("pagerduty") == {"one": 2}
    enqueue("resolve")
    enqueue("resolve")
    assert fakes.open_alerts("pagerduty") == {}
