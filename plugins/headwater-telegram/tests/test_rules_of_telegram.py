"""The channel against Telegram's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_telegram.channel import Telegram, TelegramSettings
from tests.fakes.rules import LimitedContract, RecognisedContract

SAVED = {"bot_token": "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", "chat_id": "-1001"}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = TelegramSettings(**SAVED | {"base_url": fakes.telegram} | settings)
        return Telegram(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfTelegram(RecognisedContract, LimitedContract):
    service, name = "telegram", "Telegram"
    burst = 3
    longest_wait = 2


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
