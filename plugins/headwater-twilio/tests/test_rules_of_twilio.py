"""The channel against Twilio's rules, as the fake enforces them."""

from base64 import b64decode
from functools import partial

import pytest
from pydantic import ValidationError

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_twilio.channel import TwilioSettings, TwilioSms
from tests.fakes.rules import RulesContract

ACCOUNT = "AC" + "a" * 32
SAVED = {
    "account_sid": ACCOUNT,
    "auth_token": "b" * 32,
    "from_phone_number": "+18001234567",
    "to_phone_numbers": ["+18004242424"],
}
SERVICE = "MG" + "c" * 32


@pytest.fixture
def open_channel(fakes):
    def make(*numbers, **settings):
        told = {"to_phone_numbers": list(numbers)} if numbers else {}
        settings = TwilioSettings(**SAVED | {"base_url": fakes.twilio} | told | settings)
        return TwilioSms(settings, HttpClient(allow_private=True))

    return make


@pytest.fixture
def statuses(fakes):
    return lambda: [(entry["body"]["To"][-4:], entry["status"]) for entry in fakes.log()]


class TestRulesOfTwilio(RulesContract):
    service, name = "twilio", "Twilio"
    taken = 201

    @pytest.fixture
    def open_channel(self, open_channel):
        return partial(open_channel, most_parts=10)


def test_each_number_is_told_once(open_channel, fakes):
    open_channel("18004242424", "18004242425", "+1 800 4242424").send(MESSAGE, "key")

    log = fakes.log()
    assert [(entry["status"], entry["notes"]) for entry in log] == [(201, [])] * 2
    assert [entry["body"]["To"] for entry in log] == ["+18004242424", "+18004242425"]
    assert {entry["body"]["From"] for entry in log} == {"+18001234567"}


def test_a_message_has_no_more_parts_than_are_paid_for(open_channel, fakes):
    channel = open_channel(most_parts=3)
    channel.send(MESSAGE.model_copy(update={"body": "x" * 5000}), "key")

    assert channel.http.last.json["num_segments"] == "3"


def test_an_api_key_and_a_messaging_service_do_for_token_and_number(open_channel, fakes):
    key = "SK" + "d" * 32
    settings = {"api_key_sid": key, "auth_token": "s3cret", "messaging_service_sid": SERVICE}
    open_channel(from_phone_number=None, **settings).send(MESSAGE, "key")

    (entry,) = fakes.log()
    login = entry["headers"]["authorization"].removeprefix("Basic ")
    assert b64decode(login).decode() == f"{key}:s3cret"
    assert entry["body"]["MessagingServiceSid"] == SERVICE
    assert "From" not in entry["body"]


def test_whatsapp_is_told_from_whatsapp(open_channel, fakes):
    open_channel("whatsapp:+18004242424").send(MESSAGE, "key")

    assert fakes.log()[0]["body"]["From"] == "whatsapp:+18001234567"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+15005550001", 21211),
        ("+15005550002", 21612),
        ("+15005550003", 21408),
        ("+15005550004", 21610),
        ("+15005550009", 21614),
        ("+15005550010", 21608),
    ],
)
def test_one_number_that_cannot_be_told_is_named_and_the_others_are_told(
    open_channel, statuses, number, code
):
    error = fail(open_channel(number, "+18004242424"))

    assert error.permanent
    assert str(error).startswith("1 of 2 numbers were told. +1500***00")
    assert f": {code} " in str(error)
    assert number not in str(error)
    assert ("2424", 201) in statuses()


def test_no_number_is_kept_whole_in_what_is_recorded(open_channel):
    channel = open_channel("+18004242424")
    channel.send(MESSAGE, "key")

    assert "+1800***2424" in channel.http.last.text
    assert "+18004242424" not in channel.http.last.text


def test_a_wrong_token_is_given_up_after_one_try(open_channel, fakes):
    body = '{"code": 20003, "message": "Authenticate", "status": 401}'
    fakes.control("twilio", next=[{"status": 401, "body": body}])
    error = fail(open_channel("+18004242424", "+18004242425"))

    assert (str(error), error.permanent) == ("Twilio answered 401: 20003 Authenticate", True)
    assert len(fakes.log()) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_trouble_with_one_number_keeps_no_other_from_being_told(
    open_channel, fakes, statuses, status
):
    fakes.control("twilio", next=[{"status": status, "body": "trouble"}])
    error = fail(open_channel("+18004242424", "+18004242425"))

    assert not error.permanent
    assert str(error).startswith("1 of 2 numbers were told. +1800***2424: Twilio answered 50")
    assert statuses() == [("2424", status), ("2425", 201)]


def test_too_many_before_anybody_was_told_is_so_for_all(open_channel, fakes):
    fakes.control("twilio", next=[{"status": 429, "headers": {"Retry-After": "60"}}])
    error = fail(open_channel("+18004242424", "+18004242425"))

    assert (error.permanent, error.limited, error.retry_after) == (False, True, 60)
    assert len(fakes.log()) == 1


def test_what_is_too_much_after_some_were_told_is_left_for_later(open_channel, fakes):
    good = {"status": 201, "body": '{"sid": "SM1"}'}
    fakes.control("twilio", next=[good, {"status": 429, "headers": {"Retry-After": "60"}}])
    channel = open_channel("+18004242424", "+18004242425", "+18004242426")
    failed = channel.send_to(channel.targets(), MESSAGE, "key")

    assert list(failed) == channel.targets()[1:]
    assert [(error.permanent, error.limited) for error in failed.values()] == [(False, True)] * 2
    assert len(fakes.log()) == 2


@pytest.mark.parametrize("status", [400, 429])
def test_a_queue_that_is_full_is_no_fault_of_the_message(open_channel, fakes, status):
    body = '{"code": 21611, "message": "queue", "status": 429}'
    fakes.control("twilio", next=[{"status": status, "body": body}])
    error = fail(open_channel())

    assert (error.permanent, error.limited) == (False, True)


@pytest.mark.parametrize("body", ["", "<html>log in", "[]", "{}"])
def test_a_200_that_is_not_twilios_is_no_success(open_channel, fakes, body):
    fakes.control("twilio", next=[{"status": 200, "body": body}])

    assert fail(open_channel("+18004242424", "+18004242425")).permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"to_phone_numbers": ["12"]}, "is no telephone number"),
        ({"to_phone_numbers": []}, "at least 1 item"),
        ({"to_phone_numbers": ["18001234567"]}, "cannot be told anything itself"),
        ({"from_phone_number": "TwelveLetter"}, "is no telephone number"),
        ({"from_phone_number": None}, "is needed"),
        ({"account_sid": "AC1/../x"}, "match pattern"),
        ({"account_sid": f"{ACCOUNT}\n"}, "match pattern"),
        ({"messaging_service_sid": "MG1"}, "match pattern"),
        ({"most_parts": 11}, "less than or equal to 10"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, told):
    with pytest.raises(ValidationError, match=told):
        TwilioSettings(**SAVED | settings)


def test_a_block_that_a_client_saved_is_read():
    saved = SAVED | {"notify_type": "info", "_block_type_slug": "twilio-sms"}

    assert TwilioSettings.model_validate(saved).to_phone_numbers == ["+18004242424"]


def test_a_command_line_names_several():
    settings = TwilioSettings(**SAVED | {"to_phone_numbers": "18004242424, 18004242425"})

    assert settings.to_phone_numbers == ["+18004242424", "+18004242425"]
