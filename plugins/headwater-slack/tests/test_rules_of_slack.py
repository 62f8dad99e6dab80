"""The channel against Slack's rules, as the fake enforces them."""

import pytest

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_slack.channel import SlackSettings, SlackWebhook
from tests.fakes.rules import LimitedContract, RecognisedContract

GOOD = "XXXXXXXXXXXXXXXXXXXXXXXX"


@pytest.fixture
def open_channel(fakes):
    def make(token=GOOD, **settings):
        settings = SlackSettings(url=fakes.slack + token, **settings)
        return SlackWebhook(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfSlack(RecognisedContract, LimitedContract):
    service, name = "slack", "Slack"
    foreign = ('{"ok":false}', "true")
    burst = 3
    longest_wait = 1


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("GONE0000", "404: no_service"),
        ("NOCHAN00", "404: channel_not_found"),
        ("ARCHIVED", "410: channel_is_archived"),
        ("PROHIB00", "403: action_prohibited"),
        ("BADTOK00", "400: invalid_token"),
    ],
)
def test_a_webhook_that_is_gone_is_given_up_after_one_try(open_channel, fakes, token, status):
    error = fail(open_channel(token))

    assert str(error) == f"Slack answered {status}"
    assert error.permanent
    assert len(fakes.log()) == 1


def test_a_fault_of_slack_is_tried_again_later(open_channel, fakes):
    assert not fail(open_channel("BOOM0000")).permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    "answer", ["invalid_blocks", "invalid_attachments", "msg_blocks_too_long", "no_text"]
)
def test_blocks_that_slack_refuses_are_sent_as_text_once(open_channel, fakes, answer):
    fakes.control("slack", next=[{"status": 400, "body": answer}])
    open_channel().send(MESSAGE, "key")

    first, second = (entry["body"] for entry in fakes.log())
    assert "blocks" in first
    assert "blocks" not in second
    assert MESSAGE.title in second["text"]


def test_what_is_refused_as_text_too_is_given_up(open_channel, fakes):
    fakes.control("slack", next=[{"status": 400, "body": "invalid_payload"}] * 3)

    assert fail(open_channel()).permanent
    assert len(fakes.log()) == 2


@pytest.mark.parametrize("body", ['{"ok":true}', "ok\n"])
def test_the_answers_of_slack_compatible_servers_are_understood(open_channel, fakes, body):
    fakes.control("slack", next=[{"status": 200, "body": body}])
    open_channel().send(MESSAGE, "key")

    assert len(fakes.log()) == 1


def test_a_block_that_a_client_saved_is_read(open_channel):
    saved = {"url": "https://x", "notify_type": "prefect_default", "allow_private_urls": False}
    settings = SlackSettings.model_validate(saved | {"_block_type_slug": "slack-webhook"})

    assert settings.notify_type == "prefect_default"
    assert settings.allow_private_urls is False
