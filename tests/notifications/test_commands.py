"""The commands of channels and policies, over HTTP to a server."""

import json

import pytest

NOBODY = "00000000-0000-0000-0000-000000000000"


def test_a_channel_is_made_tested_listed_and_deleted(headwater, slack):
    made = headwater("channel", "create", "slack", "ops", "--url", slack.url)
    assert made == (0, "Made the channel ops (slack-webhook).\n")
    code, said = headwater("channel", "test", "ops")
    assert (code, said.startswith("The service took the test message (")) == (0, True)
    assert len(slack.received) == 1
    assert headwater("channel", "ls")[1].startswith("ops  (slack-webhook)  ")

    deleted = headwater("channel", "delete", "ops", "-y")
    assert deleted == (0, "Deleted the channel ops.\n")
    assert headwater("channel", "ls") == (0, "")


def test_a_channel_is_turned_off_and_on(headwater, slack):
    headwater("channel", "create", "slack", "ops", "--url", slack.url)
    assert headwater("channel", "ls")[1].endswith("  healthy\n")

    off = headwater("channel", "disable", "ops", "--reason", "moving")
    assert off == (0, "Turned off the channel ops.\n")
    said = headwater("channel", "ls")[1]
    assert "  off since 20" in said
    assert said.endswith(": moving\n")
    (shown,) = json.loads(headwater("channel", "ls", "--json")[1])
    assert (shown["health"]["state"], shown["health"]["reason"]) == ("off", "moving")
    assert headwater("channel", "enable", "ops") == (0, "Enabled the channel ops.\n")
    assert json.loads(headwater("channel", "enable", "ops", "--json")[1]) == {"missed": 0}


def test_what_was_given_up_meanwhile_is_said(headwater, slack, client, tell, send_due):
    headwater("channel", "create", "slack", "ops", "--url", slack.url)
    headwater("policy", "create", "--state", "Failed", "--channel", "ops")
    headwater("channel", "disable", "ops")
    tell({}, {})
    send_due()

    said = headwater("channel", "enable", "ops")[1].splitlines()[1]
    again = "headwater notification resend --channel slack-webhook/ops"
    assert said == f"Given up meanwhile: 2; to send them: {again}"


def test_what_will_likely_not_work_is_printed(headwater):
    url = "https://outlook.office.com/webhook/a@b/IncomingWebhook/c/d"
    code, output = headwater("channel", "create", "msteams", "ops", "--url", url)

    assert (code, output.count("\n")) == (0, 2)
    assert "Warning: Microsoft has retired the connectors" in output


def test_settings_are_given_in_any_form(headwater, client, slack):
    url = f"--url={slack.url}"
    headwater("channel", "create", "slack", "one", url, "--allow-private-urls", "false")
    headwater("channel", "create", "slack", "two", "--allow-private-urls", url)

    found = {
        one["name"]: client.get(f"/api/block_documents/{one['id']}").json["data"]
        for one in client.post("/api/headwater/channels/filter", json={}).json
    }
    assert [found[name]["allow_private_urls"] for name in ("one", "two")] == [False, True]


def test_a_channel_is_changed_and_renamed(headwater, client, slack):
    headwater("channel", "create", "slack", "ops", "--url", slack.url, "--notify-type", "failure")
    changed = headwater("channel", "change", "ops", "--allow-private-urls=true")
    assert changed == (0, "Changed the channel ops (slack-webhook).\n")
    cleared = json.loads(
        headwater("channel", "change", "ops", "--clear", "notify-type", "--json")[1]
    )

    block = f"/api/block_documents/{cleared['id']}?include_secrets=true"
    assert client.get(block).json["data"] == {"url": slack.url, "allow_private_urls": True}
    renamed = headwater("channel", "rename", "ops", "on-call")
    assert renamed == (0, "Renamed the channel on-call (slack-webhook).\n")
    assert headwater("channel", "test", "on-call")[0] == 0


def test_what_will_likely_not_work_after_a_change_is_said(headwater):
    url = "https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d"
    headwater("channel", "create", "msteams", "ops", "--url", "https://example.com/invoke?sig=x")
    code, output = headwater("channel", "change", "ops", "--url", url)

    assert code == 0
    assert "Warning: Microsoft has retired the connectors" in output


def test_a_change_of_nothing_is_wrong_use(headwater):
    code, output = headwater("channel", "change", "ops")

    assert code == 2
    assert "Give what is to change: --SETTING VALUE, or --clear SETTING." in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["change", "other", "--url", "x"], "there is no channel 'other'; see: headwater channel"),
        (["rename", "other", "ops"], "there is no channel 'other'; see: headwater channel ls"),
        (["create", "slack", "ops"], "settings.url: Field required"),
        (["create", "slack", "ops", "--url", "x", "--ulr", "y"], "settings.ulr: is no setting"),
        (["create", "pigeon", "ops"], "There is no kind of channel called 'pigeon'"),
        (["create", "slack", "Ops", "--url", "x"], "name: "),
        (["test", "other"], "there is no channel 'other'; see: headwater channel ls"),
        (["delete", "../flows", "-y"], "there is no channel '../flows'; see: headwater channel"),
    ],
)
def test_what_the_server_refuses_is_one_line(headwater, arguments, said):
    code, output = headwater("channel", *arguments)

    assert (code, output.count("\n")) == (1, 1)
    assert output.startswith(f"Error: {said}")


def test_a_word_that_belongs_to_no_setting_is_wrong_use(headwater):
    code, output = headwater("channel", "create", "slack", "ops", "https://x")

    assert (code, output.count("\n")) == (2, 1)
    assert "belongs to no setting" in output


def test_a_test_that_fails_says_why(headwater, slack):
    headwater("channel", "create", "slack", "ops", "--url", slack.url)
    slack.status, slack.text = 404, "no_service"
    code, output = headwater("channel", "test", "ops")

    assert code == 1
    assert output.endswith("s): Slack answered 404: no_service\n")


def test_the_types_list_their_settings(headwater):
    code, output = headwater("channel", "types")

    assert code == 0
    assert "slack (slack-webhook): Slack Webhook\n" in output
    assert "    --url (required)  Slack incoming webhook URL" in output


def test_a_policy_is_made_listed_and_deleted(headwater, slack):
    headwater("channel", "create", "slack", "ops", "--url", slack.url)
    code, made = headwater(
        *("policy", "create", "--channel", "ops", "--state", "Failed", "--state", "Crashed"),
        *("--tag", "daily-etl"),
    )
    assert code == 0
    words = "runs with the tag daily-etl that enter Failed or Crashed, over ops"
    assert made.endswith(f": {words}.\n")
    policy_id = made.split()[3].rstrip(":")
    assert headwater("policy", "ls") == (0, f"{policy_id}  {words}\n")

    assert headwater("policy", "delete", policy_id, typed="n\n")[0] == 1
    assert headwater("policy", "delete", policy_id, typed="y\n")[0] == 0
    assert headwater("policy", "ls") == (0, "")


def test_scripts_read_json(headwater, slack):
    def ask(*arguments):
        code, output = headwater(*arguments, "--json")
        assert code == 0
        return json.loads(output)

    channel = ask("channel", "create", "slack", "ops", "--url", slack.url)
    assert "slack" in [one["plugin"] for one in ask("channel", "types")]
    assert [one["id"] for one in ask("channel", "ls")] == [channel["id"]]
    policy = ask("policy", "create", "--channel", "ops", "--state", "Failed")
    assert policy["state_names"] == ["Failed"]
    assert ask("policy", "ls") == [policy]

    assert ask("policy", "delete", policy["id"], "-y") == {"deleted": policy["id"]}
    assert ask("channel", "delete", "ops", "-y") == {"deleted": channel["id"]}
    assert ask("channel", "ls") == ask("policy", "ls") == []


def test_no_terminal_obeys_a_tag_or_what_a_service_answers(headwater, slack):
    headwater("channel", "create", "slack", "ops", "--url", slack.url)
    headwater("policy", "create", "--channel", "ops", "--tag", "\x1b[31mred")
    slack.status, slack.text = 404, "\x1b[2Jgone"

    said = headwater("policy", "ls")[1] + headwater("channel", "test", "ops")[1]
    assert "\\x1b[31mred" in said
    assert "\x1b" not in said


def test_a_placeholder_that_there_is_not_is_named(headwater, slack):
    headwater("channel", "create", "slack", "ops", "--url", slack.url)
    code, said = headwater("policy", "create", "--channel", "ops", "--message", "{nonsense}")

    assert code == 1
    assert said.startswith("Error: message_template: Invalid template variable provided: 'nonsen")


def test_a_policy_of_what_is_not_there_is_one_line_that_says_what_is(headwater):
    made = headwater("policy", "create", "--channel", "other")
    gone = headwater("policy", "delete", NOBODY, "-y")

    assert made == (1, "Error: there is no channel 'other'; see: headwater channel ls\n")
    assert gone == (1, f"Error: there is no policy '{NOBODY}'; see: headwater policy ls\n")


def test_no_server_is_one_line_that_says_where_it_was_looked_for(headwater):
    code, said = headwater("channel", "ls", HEADWATER_API_URL="http://127.0.0.1:1/api")

    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("Error: no Headwater server at http://127.0.0.1:1/api (")


@pytest.mark.parametrize(
    ("environment", "header"),
    [
        ({"HEADWATER_API_KEY": "key"}, "Bearer key"),
        ({"HEADWATER_API_AUTH_STRING": "me:pass"}, "Basic bWU6cGFzcw=="),
    ],
)
def test_the_server_is_told_who_asks(app, headwater, monkeypatch, environment, header):
    seen = []
    real = app.full_dispatch_request

    def note():
        from flask import request

        seen.append(request.headers.get("Authorization"))
        return real()

    monkeypatch.setattr(app, "full_dispatch_request", note)
    headwater("channel", "ls", **environment)

    assert seen == [header]
