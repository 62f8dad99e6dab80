"""The routes of channels: blocks that plugins send for."""

from uuid import UUID

import pytest

URL = "/api/headwater/channels/"
UNKNOWN = str(UUID(int=1))
WELL = {
    "state": "healthy",
    "reason": None,
    "last_success": None,
    "failing_since": None,
    "since": None,
    "until": None,
    "waiting": 0,
    "oldest_due": None,
}
HOOK = "https://hooks.slack.com/services/T0/B0/very-secret-token"


def create(client, **changes):
    body = {"type": "slack", "name": "ops", "settings": {"url": HOOK}}
    return client.post(URL, json=body | changes)


@pytest.mark.parametrize("kind", ["slack", "slack-webhook"])
def test_a_channel_is_made_for_a_plugin_or_a_block_type(client, kind):
    made = create(client, type=kind)

    assert made.status_code == 201
    assert made.json == {
        "id": made.json["id"],
        "name": "ops",
        "type": "slack-webhook",
        "plugin": "slack",
        "warnings": [],
    }
    kept = {name: made.json[name] for name in ("id", "name", "type", "plugin")}
    assert client.post(f"{URL}filter", json={}).json == [kept | {"health": WELL}]


def test_a_channel_is_a_block_whose_secrets_are_hidden(client):
    made = create(client, settings={"url": HOOK, "allow_private_urls": "false"}).json
    block = f"/api/block_documents/{made['id']}"

    assert client.get(block).json["data"] == {"url": "********", "allow_private_urls": False}
    assert client.get(f"{block}?include_secrets=true").json["data"]["url"] == HOOK
    assert client.get(block).json["block_type"]["name"] == "Slack Webhook"
    assert client.get(block).json["block_schema"]["capabilities"] == ["notify"]


def test_an_unknown_type_is_refused_with_those_there_are(client):
    answer = create(client, type="carrier-pigeon")

    assert answer.status_code == 422
    said, _, known = answer.json["detail"].rstrip(".").partition(", but: ")
    assert said == "There is no kind of channel called 'carrier-pigeon'"
    assert {"custom-webhook", "slack-webhook"} <= set(known.split(", "))


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({}, "url"),
        ({"url": HOOK, "ulr": "x"}, "ulr"),
        ({"url": HOOK, "allow_private_urls": "perhaps"}, "allow_private_urls"),
    ],
)
def test_settings_that_are_not_right_are_refused_by_name(client, settings, place):
    answer = create(client, settings=settings)

    assert answer.status_code == 422
    assert answer.json["exception_detail"][0]["loc"] == ["body", "settings", place]
    assert "very-secret" not in answer.text


@pytest.mark.parametrize("name", ["Ops", "a b", "", "a/b"])
def test_a_name_is_one_that_blocks_may_have(client, name):
    assert create(client, name=name).status_code == 422


def test_a_name_is_taken_once(client):
    create(client)
    answer = create(client)

    assert answer.status_code == 409
    assert answer.json == {"detail": "A slack-webhook block called 'ops' exists already."}


def test_a_channel_is_found_by_name_type_and_id(client):
    made = create(client).json

    for reference in ("ops", "slack-webhook/ops", "slack/ops", made["id"]):
        found = client.get(URL + reference).json
        assert found == {name: made[name] for name in made if name != "warnings"} | {"health": WELL}


@pytest.mark.parametrize("reference", ["other", "x/ops", "ops/ops", UNKNOWN])
@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("DELETE", ""), ("POST", "/test")])
def test_an_unknown_channel_is_not_found(client, reference, method, end):
    create(client)
    answer = client.open(URL + reference + end, method=method)

    assert answer.status_code == 404
    assert answer.json == {"detail": f"There is no channel {reference!r}."}


def test_a_deleted_channel_is_gone(client):
    create(client)

    assert client.delete(f"{URL}ops").status_code == 204
    assert client.get(f"{URL}ops").status_code == 404


def test_a_block_that_a_client_saves_is_a_channel(client, slack):
    create(client, name="other")  # which makes the type
    kind = client.get("/api/block_types/slug/slack-webhook").json
    fields = {
        "title": "SlackWebhook",
        "type": "object",
        "properties": {"url": {"type": "string"}, "notify_type": {"type": "string"}},
        "secret_fields": ["url"],
        "block_type_slug": "slack-webhook",
    }
    schema = {"fields": fields, "block_type_id": kind["id"], "capabilities": ["notify"]}
    document = {
        "name": "theirs",
        "block_type_id": kind["id"],
        "block_schema_id": client.post("/api/block_schemas/", json=schema).json["id"],
        "data": {"url": slack.url, "notify_type": "info", "allow_private_urls": True},
    }
    saved = client.post("/api/block_documents/", json=document)

    assert saved.status_code == 201
    assert client.post(f"{URL}theirs/test").json["sent"] is True


def test_the_types_say_what_they_want_to_be_told(client):
    kinds = client.get(f"{URL}types").json
    (kind,) = [kind for kind in kinds if kind["type"] == "slack-webhook"]

    assert kind["plugin"] == "slack"
    assert kind["settings"]["required"] == ["url"]
    assert kind["settings"]["secret_fields"] == ["url"]
    assert set(kind["settings"]["properties"]) == {"url", "notify_type", "allow_private_urls"}


def test_what_will_likely_not_work_is_kept_and_told(client):
    settings = {"url": "https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d"}
    made = create(client, type="msteams", settings=settings)

    assert made.status_code == 201
    (warning,) = made.json["warnings"]
    assert warning.startswith("Microsoft has retired the connectors")


def test_a_list_is_also_taken_as_one_text(client):
    settings = {"url": "https://chat.example/hooks/abc", "channels": "town-square, @ann"}
    made = create(client, type="mattermost", settings=settings).json

    kept = client.get(f"/api/block_documents/{made['id']}").json["data"]
    assert kept["channels"] == ["town-square", "@ann"]


@pytest.mark.parametrize(
    ("kind", "url", "parts"),
    [
        (
            "discord",
            "https://discord.com/api/webhooks/123/abc_DEF-1?thread_id=45",
            {
                "webhook_id": "123",
                "webhook_token": "abc_DEF-1",
                "thread_id": "45",
                "base_url": "https://discord.com/api",
            },
        ),
        (
            "mattermost",
            "https://chat.example/sub/hooks/abc1",
            {
                "hostname": "chat.example",
                "secure": True,
                "port": 443,
                "path": "/sub",
                "token": "abc1",
            },
        ),
    ],
)
def test_a_url_is_kept_in_the_parts_that_the_clients_know(client, kind, url, parts):
    made = create(client, type=kind, settings={"url": url}).json

    block = f"/api/block_documents/{made['id']}?include_secrets=true"
    assert client.get(block).json["data"] == parts


def test_a_test_message_is_sent_once_and_its_answer_shown(client, make_channel, slack):
    make_channel()
    result = client.post(f"{URL}ops/test").json

    assert (result["sent"], result["status"], result["response"]) == (True, 200, "ok")
    (payload,) = slack.received
    assert payload["text"].startswith("The channel ops works. Somebody asked for this test at ")


def test_a_test_that_fails_says_why_and_is_not_repeated(client, make_channel, slack):
    make_channel()
    slack.status, slack.text = 500, "rollup_error"
    result = client.post(f"{URL}ops/test").json

    assert (result["sent"], result["status"]) == (False, 500)
    assert result["error"] == "Slack answered 500: rollup_error"
    assert len(slack.received) == 1
    assert client.post("/api/headwater/notifications/filter", json={}).json == []


def test_a_test_of_settings_that_are_not_right_says_so(client, make_channel):
    channel = make_channel()
    change = {"data": {"other": 1}, "merge_existing_data": False}
    client.patch(f"/api/block_documents/{channel}", json=change)

    result = client.post(f"{URL}ops/test").json
    assert result["error"] == "the settings of 'ops' are not right: url: Field required"


def test_settings_with_several_values_are_kept_as_such(client):
    key, details = "e93facc04764012d7bfb002500d5d1a6", '{"team": "data"}'
    settings = {"integration_key": key, "custom_details": details}
    pager = create(client, type="pagerduty", name="page", settings=settings).json
    settings = {"apikey": key, "target_team": "data, night", "tags": ["etl"], "priority": 1}
    genie = create(client, type="opsgenie", name="genie", settings=settings).json

    kept = client.get(f"/api/block_documents/{pager['id']}").json["data"]
    assert kept == {"integration_key": "********", "custom_details": {"team": "data"}}
    kept = client.get(f"/api/block_documents/{genie['id']}").json["data"]
    assert kept == {
        "apikey": "********",
        "target_team": ["data", "night"],
        "tags": ["etl"],
        "priority": "P1",
    }
