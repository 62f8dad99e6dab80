"""The channel against Google Chat's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_googlechat.channel import GoogleChatWebhook
from headwater_googlechat.settings import LONGEST_THREAD_KEY, REPLY, GoogleChatSettings
from tests.fakes.rules import RecognisedContract

URL = "https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t"


@pytest.fixture
def open_channel(fakes):
    def make(space="AAA", key="k", token="t", **settings):  # noqa: S107  # the fake's
        url = f"{fakes.googlechat}/v1/spaces/{space}/messages?key={key}&token={token}"
        settings = GoogleChatSettings(**{"url": url, **settings})
        return GoogleChatWebhook(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfGoogleChat(RecognisedContract):
    service, name = "googlechat", "Google Chat"
    foreign = ('{"name": ""}',)


def test_a_message_is_taken_without_a_warning(open_channel, fakes):
    open_channel().send(MESSAGE, "one & two")

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"]) == (200, [])
    assert entry["query"] == {
        "key": "k",
        "token": "t",
        "requestId": "one & two",
        "messageReplyOption": REPLY,
    }


def test_a_recovery_answers_in_the_thread_of_the_problem(open_channel, fakes):
    channel = open_channel()
    for key, kind in enumerate((Kind.PROBLEM, Kind.RECOVERY)):
        channel.send(MESSAGE.model_copy(update={"kind": kind}), str(key))

    threads = [entry["body"]["thread"] for entry in fakes.log()]
    assert threads == [{"threadKey": MESSAGE.dedup_key}] * 2


def test_a_message_that_is_sent_again_is_there_once(open_channel, fakes):
    channel = open_channel()
    channel.send(MESSAGE, "key")
    channel.send(MESSAGE, "key")
    channel.send(MESSAGE, "other")

    assert [entry["notes"] for entry in fakes.log()] == [[], ["repeated"], []]


def test_the_longest_thread_key_and_any_text_fit_together(open_channel, fakes):
    changes = {"title": "😀" * 999, "body": "😀" * 9999, "dedup_key": "k" * 5000}
    open_channel().send(MESSAGE.model_copy(update=changes), "key")

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"]) == (200, [])
    assert len(entry["body"]["thread"]["threadKey"]) == LONGEST_THREAD_KEY


def test_a_thread_of_ones_own_is_kept_to(open_channel, fakes):
    more = "threadKey=ours&messageReplyOption=REPLY_MESSAGE_OR_FAIL"
    open_channel(token=f"t&{more}").send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert entry["body"]["thread"] == {"threadKey": "ours"}
    assert entry["query"]["messageReplyOption"] == REPLY


def test_without_threads_each_message_stands_alone(open_channel, fakes):
    open_channel(in_threads=False).send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert "thread" not in entry["body"]
    assert "messageReplyOption" not in entry["query"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"space": "GONE1"}, "404: Space not found. (NOT_FOUND)"),
        ({"token": "gone"}, "403: The caller does not have permission (PERMISSION_DENIED)"),
        ({"key": "bad"}, "400: API key not valid. Please pass a valid API key. (INVALID_ARGUMENT)"),
    ],
)
def test_a_webhook_that_is_gone_is_given_up_after_one_try(open_channel, fakes, settings, said):
    error = fail(open_channel(**settings))

    assert str(error) == f"Google Chat answered {said}"
    assert error.permanent
    assert len(fakes.log()) == 1


def test_a_card_that_is_refused_is_sent_as_text_once(open_channel, fakes):
    fakes.control("googlechat", next=[{"status": 400, "body": '{"error": {"message": "no"}}'}])
    open_channel().send(MESSAGE, "key")

    first, second = (entry["body"] for entry in fakes.log())
    assert first["cardsV2"]
    assert "cardsV2" not in second
    assert MESSAGE.title in second["text"]
    assert second["thread"] == first["thread"]
    assert fakes.log()[1]["notes"] == []


def test_what_is_refused_as_text_too_is_given_up(open_channel, fakes):
    fakes.control("googlechat", next=[{"status": 400, "body": "[]"}] * 3)

    assert fail(open_channel()).permanent
    assert len(fakes.log()) == 2


def test_too_many_are_no_fault_of_the_message(open_channel, fakes):
    fakes.control("googlechat", rate_on=True)
    channel = open_channel()
    channel.send(MESSAGE, "one")
    error = fail(channel, key="two")

    assert (error.limited, error.permanent) == (True, False)
    assert "RESOURCE_EXHAUSTED" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://chat.googleapis.com/v1/spaces/AAA/messages",
        "https://chat.googleapis.com/v1/spaces/AAA/messages?key=k",
        "https://chat.googleapis.com/v1/spaces/messages?key=k&token=t",
        "https://user@chat.googleapis.com:x/nowhere?key=k&token=t",
        "ftp://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t",
    ],
)
def test_what_is_no_webhook_is_refused_and_not_shown(url):
    with pytest.raises(ValidationError) as caught:
        GoogleChatSettings(url=url)

    assert "is not the URL of a Google Chat webhook" in str(caught.value)


def test_the_url_is_taken_as_it_was_copied():
    settings = GoogleChatSettings(url=f" {URL}%3D\n")

    address = settings.address_for("one").get_secret_value()
    assert address == f"{URL}%3D&requestId=one&messageReplyOption={REPLY}"
