"""Secrets of any shape: kept, hidden, and sent, as a webhook has them."""

import pytest

URL = "/api/headwater/channels/"


@pytest.fixture
def settings(slack):
    return {
        "url": f"{slack.url}/{{{{tok}}}}",
        "headers": {"X-Key": "k3y-of-mine"},
        "json_data": {"text": "{{subject}}", "key": "{{tok}}"},
        "secrets": {"tok": "s3cret-token", "chat": 5},
    }


@pytest.fixture
def hook(client, settings):
    made = client.post(URL, json={"type": "webhook", "name": "hook", "settings": settings})
    assert made.status_code == 201, made.text
    return made.json["id"]


def test_secrets_are_hidden_wherever_they_lie(client, hook, settings):
    block = f"/api/block_documents/{hook}"

    assert client.get(block).json["data"] == {
        "url": "********",
        "headers": {"X-Key": "********"},
        "json_data": settings["json_data"],
        "secrets": {"tok": "********", "chat": "********"},
    }
    assert client.get(f"{block}?include_secrets=true").json["data"] == settings


def test_they_are_sent_and_each_test_has_an_id_of_its_own(client, hook, slack):
    answers = [client.post(f"{URL}hook/test").json for _ in range(2)]

    assert [answer["sent"] for answer in answers] == [True, True]
    first, second = slack.requests
    assert (first.path, first.headers["x-key"]) == ("/s3cret-token", "k3y-of-mine")
    assert first.body == {"text": "Test notification from Headwater", "key": "s3cret-token"}
    assert first.headers["webhook-id"] != second.headers["webhook-id"]


def test_what_a_service_echoes_of_them_is_not_kept(client, hook, slack, caplog):
    slack.status, slack.text = 400, "no s3cret-token with k3y-of-mine, 5 times"
    answer = client.post(f"{URL}hook/test")

    assert answer.json["response"] == "no ******** with ********, 5 times"
    assert answer.json["error"].endswith("400: no ******** with ********, 5 times")
    for secret in ("s3cret-token", "k3y-of-mine"):
        assert secret not in answer.text + caplog.text


def test_a_block_that_a_client_saved_is_a_webhook(client, hook, slack):
    block_type = client.get("/api/block_types/slug/custom-webhook").json
    fields = {
        "title": "CustomWebhookNotificationBlock",
        "type": "object",
        "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
        "secret_fields": ["secrets.*"],
        "block_type_slug": "custom-webhook",
        "block_schema_references": {},
    }
    schema = client.post(
        "/api/block_schemas/", json={"fields": fields, "block_type_id": block_type["id"]}
    ).json
    data = {"name": "mine", "url": slack.url, "json_data": {"by": "{{name}}"}, "timeout": 10.0}
    document = {"name": "saved", "data": data, "block_type_id": block_type["id"]}
    client.post("/api/block_documents/", json=document | {"block_schema_id": schema["id"]})

    assert client.post(f"{URL}saved/test").json["sent"] is True
    assert slack.received == [{"by": "mine"}]
