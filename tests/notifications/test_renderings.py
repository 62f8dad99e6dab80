"""What services would be sent, in the preview of a policy: in their own forms, and not sent."""

import json

import pytest

from headwater_slack.channel import SlackWebhook

URL = "/api/headwater/policies/preview"
KEY = "e93facc04764012d7bfb002500d5d1a6"
MAIL = {
    "host": "127.0.0.1",
    "port": 1,
    "sender_email": "flows@example.com",
    "to_emails": "ops@example.com",
    "security": "none",
}
TWILIO = {
    "account_sid": "AC" + "0" * 32,
    "auth_token": "a-secret-token",
    "from_phone_number": "+18001234567",
    "to_phone_numbers": "+18004242424",
}


@pytest.fixture
def run(client):
    flow = client.post("/api/flows/", json={"name": "daily-etl"}).json["id"]
    made = client.post("/api/flow_runs/", json={"flow_id": flow, "name": "fuzzy"}).json["id"]
    body = {"state": {"type": "FAILED", "message": "boom"}, "force": True}
    client.post(f"/api/flow_runs/{made}/set_state", json=body)
    return made


@pytest.fixture
def render(client, run):
    """Make a channel; return what a policy of it and the parts of its preview are."""

    def ask(kind, settings, **policy):
        made = client.post(
            "/api/headwater/channels/", json={"type": kind, "name": "one", "settings": settings}
        )
        assert made.status_code == 201, made.text
        policy |= {"channel_ids": [made.json["id"]]}
        answer = client.post(URL, json={"policy": policy, "flow_run_id": run})
        assert answer.status_code == 200, answer.text
        (rendering,) = answer.json["renderings"]
        assert rendering["channel"]["name"] == "one"
        assert rendering["error"] is None
        return {part["name"]: part["text"] for part in rendering["parts"]}

    return ask


def test_slack_is_shown_its_blocks_and_not_sent_them(render, slack):
    body = json.loads(render("slack", {"url": slack.url})["JSON"])

    assert body["blocks"][0]["text"]["text"] == "daily-etl / fuzzy: Failed"
    assert slack.received == []


def test_teams_is_shown_its_card(render):
    body = json.loads(render("msteams", {"url": "https://example.com/invoke?sig=x"})["JSON"])

    assert body["attachments"][0]["content"]["type"] == "AdaptiveCard"


def test_a_mail_is_shown_with_its_subject(render):
    mail = render("smtp", MAIL)
    assert (mail["Subject"], "boom" in mail["Text"]) == ("daily-etl / fuzzy: Failed", True)


def test_a_short_message_is_shown_as_it_is_cut(render):
    sms = render("twilio", TWILIO, message_template="x" * 5000)["Text"]

    assert len(sms) <= 2 * 153


def test_secrets_are_masked_wherever_a_service_would_get_them(render, slack):
    settings = {
        "url": slack.url,
        "json_data": {"text": "{{title}}", "key": "{{tok}}"},
        "secrets": {"tok": "s3cret-token"},
    }
    body = json.loads(render("webhook", settings)["application/json"])

    assert body == {"text": "daily-etl / fuzzy: Failed", "key": "********"}


def test_an_alert_that_is_over_is_shown_as_it_is_closed(client, run, render):
    body = {"state": {"type": "COMPLETED"}, "force": True}
    client.post(f"/api/flow_runs/{run}/set_state", json=body)
    event = json.loads(render("pagerduty", {"integration_key": KEY})["JSON"])

    assert (event["event_action"], event["routing_key"]) == ("resolve", "********")


def test_one_that_cannot_show_it_says_why_and_the_others_show_theirs(
    client, run, make_channel, pager, monkeypatch
):
    def fail(_channel, _message):
        raise RuntimeError("a secret")

    monkeypatch.setattr(SlackWebhook, "preview", fail)
    broken = make_channel("broken")
    change = {"data": {"other": 1}, "merge_existing_data": False}
    client.patch(f"/api/block_documents/{make_channel('wrong')}", json=change)
    wrong = client.get("/api/headwater/channels/wrong").json["id"]
    policy = {"channel_ids": [broken, wrong], "fallback_channel_ids": [pager]}
    answer = client.post(URL, json={"policy": policy, "flow_run_id": run})

    assert [one["error"] for one in answer.json["renderings"]] == [
        "the channel has a fault: RuntimeError",
        "the settings of 'wrong' are not right: url: Field required",
        None,
    ]
    assert "a secret" not in answer.text
    assert answer.json["renderings"][2]["parts"]
