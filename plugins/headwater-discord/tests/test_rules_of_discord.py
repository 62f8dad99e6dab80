"""The channel against Discord's rules, as the fake enforces them."""

import pytest

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import ODD_TEXTS, fail
from headwater_discord.channel import DiscordSettings, DiscordWebhook

BAD_FIELD = {"embeds": {"0": {"url": {"_errors": [{"code": "X", "message": "Not well formed."}]}}}}
REFUSED = '{"message": "Invalid Form Body", "code": %d, "errors": {}}'


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        known = {"webhook_id": "123456789012345678", "webhook_token": "t" * 68}
        settings = DiscordSettings(**{**known, "base_url": fakes.discord, **settings})
        return DiscordWebhook(settings, HttpClient(allow_private=True))

    return make


def test_a_message_is_taken_without_a_warning(open_channel, fakes):
    open_channel().send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"]) == (200, [])
    assert entry["query"] == {"wait": "true"}


@pytest.mark.parametrize("place", ["title", "body", "fields", "link"])
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_any_text_fits(open_channel, fakes, place, text):
    value = {text or "x": text} if place == "fields" else text
    open_channel().send(MESSAGE.model_copy(update={place: value}), "key")

    assert [(entry["status"], entry["notes"]) for entry in fakes.log()] == [(200, [])]


def test_any_number_of_fields_fits(open_channel, fakes):
    fields = {f"name {number}": "value" * 50 for number in range(200)}
    open_channel().send(MESSAGE.model_copy(update={"fields": fields}), "key")

    assert [(entry["status"], entry["notes"]) for entry in fakes.log()] == [(200, [])]


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_taken_with_all_settings(open_channel, fakes, kind):
    channel = open_channel(
        botname="News",
        avatar_url="https://example.com/picture.png",
        include_image=True,
        tts=True,
        mention_users=["1"],
        mention_roles=["2"],
        notify_type="warning",
    )
    channel.send(MESSAGE.model_copy(update={"kind": kind}), "key")

    assert [(entry["status"], entry["notes"]) for entry in fakes.log()] == [(200, [])]


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


def test_too_many_wait_as_long_as_discord_asks(open_channel, fakes):
    fakes.control("discord", rate_on=True)
    channel = open_channel()
    for _ in range(5):
        channel.send(MESSAGE, "key")
    error = fail(channel)

    assert (error.limited, error.permanent) == (True, False)
    assert 0 < error.retry_after <= 1


def test_the_wait_may_stand_in_the_answer_alone(open_channel, fakes):
    body = {"message": "You are being rate limited.", "retry_after": 2.5, "global": True}
    fakes.control("discord", next=[{"status": 429, "body": body}])

    assert fail(open_channel()).retry_after == 2.5


@pytest.mark.parametrize("answer", [{"status": 204}, {"status": 200, "body": '{"id": "1"}'}])
def test_both_answers_of_success_are_understood(open_channel, fakes, answer):
    fakes.control("discord", next=[answer])
    open_channel().send(MESSAGE, "key")

    assert len(fakes.log()) == 1


@pytest.mark.parametrize("body", ["", "<html>log in", "{}", "[]"])
def test_a_200_that_is_not_discords_is_no_success(open_channel, fakes, body):
    fakes.control("discord", next=[{"status": 200, "body": body}])

    assert fail(open_channel()).permanent
