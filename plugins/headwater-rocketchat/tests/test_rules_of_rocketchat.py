"""The channel against Rocket.Chat's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_rocketchat.channel import RocketChatSettings, RocketChatWebhook
from tests.fakes.rules import LimitedContract, RecognisedContract


@pytest.fixture
def open_channel(fakes):
    def make(hook="abc/def", **settings):
        settings = RocketChatSettings(url=f"{fakes.rocketchat}/hooks/{hook}", **settings)
        return RocketChatWebhook(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfRocketChat(RecognisedContract, LimitedContract):
    service, name = "rocketchat", "Rocket.Chat"
    foreign = ('{"success":false}',)
    burst = 10
    longest_wait = 60


def test_another_room_a_name_and_a_picture_are_asked_for(open_channel, fakes):
    open_channel(channel=" #ops", alias="News", emoji=":bell:").send(MESSAGE, "key")

    body = fakes.log()[0]["body"]
    assert {"channel": "#ops", "alias": "News", "emoji": ":bell:"}.items() <= body.items()


@pytest.mark.parametrize(
    ("hook", "settings", "said"),
    [
        ("abc/bad", {}, "400: Invalid integration id or token provided."),
        ("abc/def", {"channel": "#nochannel"}, "400: invalid-channel"),
        (
            "locked/def",
            {"channel": "#ops"},
            "400: overriding destination channel is disabled for this integration",
        ),
    ],
)
def test_what_can_never_pass_is_given_up_after_one_try(open_channel, fakes, hook, settings, said):
    error = fail(open_channel(hook, **settings))

    assert str(error) == f"Rocket.Chat answered {said}"
    assert error.permanent
    assert len(fakes.log()) == 1


def test_a_webhook_that_is_switched_off_may_be_switched_on(open_channel):
    error = fail(open_channel("off/def"))

    assert not error.permanent
    assert str(error) == "Rocket.Chat answered 503: Service Unavailable"


def test_a_server_of_a_low_limit_gets_a_short_text(open_channel, fakes):
    message = MESSAGE.model_copy(update={"title": "t" * 999, "body": "b" * 9999})
    refused = {"success": False, "error": "error-message-size-exceeded"}
    fakes.control("rocketchat", next=[{"status": 400, "body": refused}])
    open_channel(alias="News").send(message, "key")

    _, second = (entry["body"] for entry in fakes.log())
    assert "attachments" not in second
    assert second["alias"] == "News"
    assert len(second["text"]) <= 900


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://chat.example",
        "https://chat.example/hooks/abc",
        "ftp://x/hooks/a/b",
        "x/hooks/a/b",
    ],
)
def test_what_is_no_webhook_is_refused(url):
    with pytest.raises(ValidationError, match="is not the URL of a Rocket"):
        RocketChatSettings(url=url)


@pytest.mark.parametrize("url", ["https://x/chat/hooks/a1/T-_9", "https://x:3000/hooks/a/u/t\n"])
def test_webhooks_of_old_servers_and_below_a_path_are_known(url):
    assert RocketChatSettings(url=url).list_warnings() == []


def test_a_token_that_others_can_read_is_warned_of():
    assert RocketChatSettings(url="http://x/hooks/a/b").list_warnings()
