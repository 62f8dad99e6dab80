"""The channel against Telegram's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import ODD_TEXTS, fail
from headwater_telegram.channel import Telegram, TelegramSettings

SAVED = {"bot_token": "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", "chat_id": "-1001"}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = TelegramSettings(**SAVED | {"base_url": fakes.telegram} | settings)
        return Telegram(settings, HttpClient(allow_private=True))

    return make


@pytest.mark.parametrize("place", ["title", "body", "fields", "link"])
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_any_text_fits(open_channel, fakes, place, text):
    value = {text or "x": text} if place == "fields" else text
    open_channel().send(MESSAGE.model_copy(update={place: value}), "key")

    assert [(entry["status"], entry["notes"]) for entry in fakes.log()] == [(200, [])]


def test_any_number_of_fields_fits(open_channel, fakes):
    fields = {f"name {number}": "value <&>" * 50 for number in range(200)}
    open_channel().send(MESSAGE.model_copy(update={"fields": fields}), "key")

    assert [(entry["status"], entry["notes"]) for entry in fakes.log()] == [(200, [])]


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_taken(open_channel, fakes, kind):
    open_channel().send(MESSAGE.model_copy(update={"kind": kind}), "key")

    assert [(entry["status"], entry["notes"]) for entry in fakes.log()] == [(200, [])]


@pytest.mark.parametrize("body", ["", "<html>log in", "{}", "[]"])
def test_a_200_that_is_not_the_services_is_no_success(open_channel, fakes, body):
    fakes.control("telegram", next=[{"status": 200, "body": body}])

    assert fail(open_channel()).permanent


@pytest.mark.parametrize("body", ["", "[]", '{"error": [3]}', '{"errors": 3}', "<html>"])
def test_an_error_in_other_words_is_one_all_the_same(open_channel, fakes, body):
    fakes.control("telegram", next=[{"status": 503, "body": body}])
    error = fail(open_channel())

    assert str(error).startswith("Telegram answered 503: ")
    assert not error.permanent


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"bot_token": "0:abc"}, "Telegram answered 401: Unauthorized"),
        ({"chat_id": "404"}, "Telegram answered 400: Bad Request: chat not found"),
        ({"chat_id": 403}, "Telegram answered 403: Forbidden: bot was blocked by the user"),
    ],
)
def test_what_cannot_pass_is_given_up_after_one_try(open_channel, fakes, settings, told):
    error = fail(open_channel(**settings))

    assert (str(error), error.permanent) == (told, True)
    assert len(fakes.log()) == 1


def test_a_group_that_has_another_number_now_is_told_there(open_channel, fakes):
    open_channel(chat_id="-100").send(MESSAGE, "key")

    assert [entry["body"]["chat_id"] for entry in fakes.log()] == ["-100", "-1001234"]
    assert [entry["status"] for entry in fakes.log()] == [400, 200]


def test_html_that_telegram_refuses_is_sent_as_text_once(open_channel, fakes):
    body = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities: x"}
    fakes.control("telegram", next=[{"status": 400, "body": body}])
    open_channel(message_thread_id=7).send(MESSAGE, "key")

    first, second = (entry["body"] for entry in fakes.log())
    assert first["parse_mode"] == "HTML"
    assert "parse_mode" not in second
    assert second["message_thread_id"] == 7
    assert second["text"].startswith(f"❌ {MESSAGE.title}\n")


def test_what_is_refused_as_text_too_is_given_up(open_channel, fakes):
    body = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities: x"}
    fakes.control("telegram", next=[{"status": 400, "body": body}] * 3)

    assert fail(open_channel()).permanent
    assert len(fakes.log()) == 2


def test_too_many_wait_as_long_as_telegram_asks(open_channel, fakes):
    fakes.control("telegram", rate_on=True)
    channel = open_channel()
    for _ in range(3):
        channel.send(MESSAGE, "key")
    error = fail(channel)

    assert (error.limited, error.permanent) == (True, False)
    assert 0 < error.retry_after <= 2


def test_the_wait_may_stand_in_the_answer_alone(open_channel, fakes):
    body = {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}}
    fakes.control("telegram", next=[{"status": 429, "body": body}])

    assert fail(open_channel()).retry_after == 35


@pytest.mark.parametrize(
    "settings",
    [
        {"bot_token": "very-secret"},
        {"bot_token": "1:very-secret/../x"},
        {"bot_token": "1:very-secret\n"},
        {"chat_id": "general"},
        {"chat_id": True},
        {"message_thread_id": 0},
        {"base_url": "api.telegram.org"},
    ],
)
def test_what_can_never_work_is_refused_without_telling_it(settings):
    with pytest.raises(ValidationError) as caught:
        TelegramSettings(**SAVED | settings)

    assert "very-secret" not in str(caught.value.errors(include_input=False))
