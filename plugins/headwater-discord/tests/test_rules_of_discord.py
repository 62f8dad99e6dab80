"""The channel against Discord's rules, as the fake enforces them."""

import pytest

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_discord.channel import DiscordSettings, DiscordWebhook
from tests.fakes.rules import LimitedContract, RecognisedContract

BAD_FIELD = {"embeds": {"0": {"url": {"_errors": [{"code": "X", "message": "Not well formed."}]}}}}
REFUSED = '{"message": "Invalid Form Body", "code": %d, "errors": {}}'
ALL_SETTINGS = {
    "botname": "News",
    "avatar_url": "https://example.com/picture.png",
    "include_image": True,
    "tts": True,
    "mention_users": ["1"],
    "mention_roles": ["2"],
    "notify_type": "warning",
}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        known = {"webhook_id": "123456789012345678", "webhook_token": "t" * 68}
        settings = DiscordSettings(**{**known, "base_url": fakes.discord, **settings})
        return DiscordWebhook(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfDiscord(RecognisedContract, LimitedContract):
    service, name = "discord", "Discord"
    all_settings = ALL_SETTINGS
    burst = 5
    longest_wait = 1


def test_a_message_is_taken_without_a_warning(open_channel, fakes):
    open_channel().send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"]) == (200, [])
    assert entry["query"] == {"wait": "true"}


@pytest.mark.parametrize("settings", [{"thread_name": "News"}, {"thread_id": "1"}])
def test_a_forum_gets_its_thread(open_channel, fakes, settings):
    open_channel(webhook_id="22", **settings).send(MESSAGE, "key")

    assert fakes.log()[-1]["status"] == 200


def test_a_forum_without_a_thread_says_what_is_missing(open_channel, fakes):
    error = fail(open_channel(webhook_id="22"))

    assert error.permanent
    assert "(220001)" in str(error)
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"webhook_id": "404"}, "Discord answered 404: Unknown Webhook (10015)"),
        ({"webhook_token": "badtoken"}, "Discord answered 401: Invalid Webhook Token (50027)"),
    ],
)
def test_a_webhook_that_is_gone_is_given_up_after_one_try(open_channel, fakes, settings, said):
    error = fail(open_channel(**settings))

    assert str(error) == said
    assert error.permanent
    assert len(fakes.log()) == 1


def test_a_fault_of_discord_is_tried_again_later(open_channel, fakes):
    assert not fail(open_channel(**{"webhook_token": "boom"})).permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(("status", "code"), [(400, 50035), (400, 50006), (413, 40005)])
def test_an_embed_that_discord_refuses_is_sent_as_text_once(open_channel, fakes, status, code):
    fakes.control("discord", next=[{"status": status, "body": REFUSED % code}])
    open_channel().send(MESSAGE, "key")

    first, second = (entry["body"] for entry in fakes.log())
    assert first["embeds"]
    assert "embeds" not in second
    assert MESSAGE.title in second["content"]


def test_what_is_refused_as_text_too_is_given_up_with_the_place(open_channel, fakes):
    body = {"message": "Invalid Form Body", "code": 50035, "errors": BAD_FIELD}
    fakes.control("discord", next=[{"status": 400, "body": body}] * 3)
    error = fail(open_channel())

    assert error.permanent
    assert str(error) == (
        "Discord answered 400: Invalid Form Body (50035); embeds.0.url: Not well formed."
    )
    assert len(fakes.log()) == 2


def test_the_wait_may_stand_in_the_answer_alone(open_channel, fakes):
    body = {"message": "You are being rate limited.", "retry_after": 2.5, "global": True}
    fakes.control("discord", next=[{"status": 429, "body": body}])

    assert fail(open_channel()).retry_after == 2.5


@pytest.mark.parametrize("answer", [{"status": 204}, {"status": 200, "body": '{"id": "1"}'}])
def test_both_answers_of_success_are_understood(open_channel, fakes, answer):
    fakes.control("discord", next=[answer])
    open_channel().send(MESSAGE, "key")

    assert len(fakes.log()) == 1
