"""The channel against Mattermost's rules, as the fake enforces them."""

import pytest

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_mattermost.channel import MattermostSettings, MattermostWebhook
from tests.fakes.rules import RecognisedContract

HOOK = "abcdefghijklmnopqrstuvwxyz"
TOO_LARGE = {
    "id": "web.incoming_webhook.split_props_length.app_error",
    "message": "Unable to split webhook props.",
    "status_code": 400,
}
ALL_SETTINGS = {"botname": "News", "include_image": True, "notify_type": "warning"}


@pytest.fixture
def open_channel(fakes):
    def make(hook=HOOK, **settings):
        settings = MattermostSettings(url=f"{fakes.mattermost}/{hook}", **settings)
        return MattermostWebhook(settings, HttpClient(allow_private=True))

    return make


def told(fakes):
    """Return the channels that were written to, and how that was answered."""
    return [(entry["body"].get("channel"), entry["status"]) for entry in fakes.log()]


class TestRulesOfMattermost(RecognisedContract):
    service, name = "mattermost", "Mattermost"
    foreign = ('{"ok":true}',)
    all_settings = ALL_SETTINGS


def test_a_message_is_taken_without_a_warning(open_channel, fakes):
    open_channel().send(MESSAGE, "key")

    assert fakes.answers() == [(200, [])]


def test_each_channel_is_told(open_channel, fakes):
    open_channel(channels="town-square,@ann").send(MESSAGE, "key")

    assert told(fakes) == [("town-square", 200), ("@ann", 200)]


def test_a_channel_that_is_not_there_keeps_no_other_from_the_news(open_channel, fakes):
    error = fail(open_channel(channels=["nochannel", "private", "town-square"]))

    assert told(fakes) == [("nochannel", 404), ("private", 403), ("town-square", 200)]
    assert error.permanent
    assert str(error).startswith("Mattermost, asked for private, answered 403: Inappropriate")


def test_what_fails_for_now_ends_the_try(open_channel, fakes):
    fakes.control("mattermost", next=[{"status": 503, "body": "busy"}])
    error = fail(open_channel(channels=["one", "two"]))

    assert not error.permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    ("hook", "settings", "said"),
    [
        ("gone1", {}, "Mattermost answered 400: Invalid webhook."),
        ("off1", {}, "Mattermost answered 501: Incoming webhooks have been disabled"),
        (
            "locked1",
            {"channels": "a"},
            "Mattermost, asked for a, answered 403: This webhook is not",
        ),
        (HOOK, {"channels": "@nouser"}, "Mattermost, asked for @nouser, answered 400: Couldn't"),
    ],
)
def test_what_is_final_is_given_up_after_one_try(open_channel, fakes, hook, settings, said):
    error = fail(open_channel(hook, **settings))

    assert str(error).startswith(said)
    assert error.permanent
    assert len(fakes.log()) == 1


def test_an_attachment_that_is_refused_is_sent_as_text_once(open_channel, fakes):
    fakes.control("mattermost", next=[{"status": 400, "body": TOO_LARGE}])
    open_channel(channels="a").send(MESSAGE, "key")

    first, second = (entry["body"] for entry in fakes.log())
    assert first["attachments"]
    assert "attachments" not in second
    assert (second["channel"], MESSAGE.title in second["text"]) == ("a", True)


def test_what_is_refused_as_text_too_is_given_up(open_channel, fakes):
    fakes.control("mattermost", next=[{"status": 400, "body": TOO_LARGE}] * 3)
    error = fail(open_channel())

    assert error.permanent
    assert str(error) == "Mattermost answered 400: Unable to split webhook props."
    assert len(fakes.log()) == 2


def test_too_many_wait_as_long_as_mattermost_asks(open_channel, fakes):
    answer = {"status": 429, "headers": {"Retry-After": "3"}, "body": "limit exceeded"}
    fakes.control("mattermost", next=[answer])
    error = fail(open_channel())

    assert (error.limited, error.permanent, error.retry_after) == (True, False, 3)
