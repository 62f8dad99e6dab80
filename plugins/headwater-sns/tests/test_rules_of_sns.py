"""The channel against SNS's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import ODD_TEXTS, fail
from headwater_sns.channel import AwsSns
from headwater_sns.settings import SnsSettings
from tests.fakes.rules import RecognisedContract, message_of

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts"
DEVICE = "arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/app/5e3e9847-3183-3f18-a7e8-671c3a57d4b3"
SAVED = {
    "access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "topic_arn": TOPIC,
}
PHONE = {"topic_arn": None, "phone_number": "+18004242424", "region": "us-east-1"}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = SnsSettings(**SAVED | {"base_url": fakes.sns} | settings)
        return AwsSns(settings, HttpClient(allow_private=True))

    return make


def error_in_xml(code, message):
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>"


class TestRulesOfSns(RecognisedContract):
    service, name = "sns", "AWS SNS"
    all_settings = {"session_token": "token", "topic_arn": f"{TOPIC}.fifo"}  # noqa: RUF012


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
@pytest.mark.parametrize("place", [PHONE, {"topic_arn": None, "target_arn": DEVICE}])
def test_phones_and_devices_take_any_text(open_channel, fakes, place, text):
    channel = open_channel(**place)
    channel.send(MESSAGE.model_copy(update={"title": text, "body": text}), "key")

    assert fakes.answers() == [(200, [])]


def test_a_fifo_topic_takes_a_message_once(open_channel, fakes):
    channel = open_channel(topic_arn=f"{TOPIC}.fifo")
    channel.send(MESSAGE, "first")
    channel.send(MESSAGE, "first")
    channel.send(message_of(Kind.RECOVERY), "second")

    assert [notes for _, notes in fakes.answers()] == [[], ["repeated"], []]
    groups = {entry["body"]["MessageGroupId"] for entry in fakes.log()}
    assert len(groups) == 1


def test_a_wrong_secret_is_given_up(open_channel, fakes):
    error = fail(open_channel(**{"secret_access_key": "wrong"}))

    assert str(error).startswith("AWS SNS answered 403: SignatureDoesNotMatch: The request")
    assert error.permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    ("settings", "code", "gone"),
    [
        ({"topic_arn": "arn:aws:sns:eu-west-1:123456789012:missing"}, "404: NotFound", True),
        ({"topic_arn": None, "target_arn": f"{DEVICE}/disabled"}, "400: EndpointDisabled", True),
        ({"access_key_id": "AKIDNOPUBLISH000"}, "403: AuthorizationError", False),
    ],
)
def test_what_can_never_pass_is_given_up_in_the_words_of_aws(open_channel, settings, code, gone):
    error = fail(open_channel(**settings))

    assert str(error).startswith(f"AWS SNS answered {code}: ")
    assert (error.permanent, error.gone) == (True, gone)


def test_a_throttled_channel_waits_though_the_status_is_that_of_a_fault(open_channel, fakes):
    fakes.control("sns", next=[{"status": 400, "body": error_in_xml("Throttling", "Rate")}])
    error = fail(open_channel())

    assert str(error) == "AWS SNS answered 400: Throttling: Rate"
    assert (error.limited, error.permanent) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        '{"__type": "com.amazonaws.sns#ThrottledException", "message": "Rate"}',
        '{"Error": {"Code": "KMSThrottling", "Message": "Rate"}, "RequestId": "x"}',
    ],
)
def test_errors_are_read_in_json_too(open_channel, fakes, body):
    fakes.control("sns", next=[{"status": 400, "body": body}])
    error = fail(open_channel())

    assert str(error).endswith(": Rate")
    assert (error.limited, error.permanent) == (True, False)


@pytest.mark.parametrize(
    ("code", "message"),
    [("InternalFailure", "x"), ("SignatureDoesNotMatch", "Signature expired: 1 is earlier")],
)
def test_what_passes_is_tried_again(open_channel, fakes, code, message):
    fakes.control("sns", next=[{"status": 403, "body": error_in_xml(code, message)}])
    error = fail(open_channel())

    assert (error.limited, error.permanent) == (False, False)


def test_a_subject_that_is_refused_is_left_out(open_channel, fakes):
    body = error_in_xml("InvalidParameter", "Invalid parameter: Subject")
    fakes.control("sns", next=[{"status": 400, "body": body}])
    open_channel().send(MESSAGE, "key")

    assert [entry["status"] for entry in fakes.log()] == [400, 200]
    assert "Subject" not in fakes.log()[1]["body"]


def test_no_number_is_kept_whole_in_what_is_recorded(open_channel, fakes):
    body = error_in_xml("InvalidParameter", "+18004242424 is not valid &amp; known")
    fakes.control("sns", next=[{"status": 400, "body": body}])
    channel = open_channel(**PHONE)
    error = fail(channel)

    assert str(error).endswith("InvalidParameter: +1800***2424 is not valid & known")
    assert "8004242424" not in channel.http.last.text


@pytest.mark.parametrize(
    ("settings", "url", "region"),
    [
        ({}, "https://sns.eu-west-1.amazonaws.com/", "eu-west-1"),
        (
            {"topic_arn": "arn:aws-cn:sns:cn-north-1:123456789012:t"},
            "https://sns.cn-north-1.amazonaws.com.cn/",
            "cn-north-1",
        ),
        ({"region": "us-gov-west-1"}, "https://sns.us-gov-west-1.amazonaws.com/", "us-gov-west-1"),
        ({"base_url": "http://localhost:4566"}, "http://localhost:4566/", "eu-west-1"),
        (PHONE, "https://sns.us-east-1.amazonaws.com/", "us-east-1"),
    ],
)
def test_the_address_is_that_of_the_region(settings, url, region):
    made = SnsSettings(**SAVED | settings)

    assert (made.url, made.signed_region) == (url, region)


def test_short_messages_of_one_key_are_counted_together(open_channel):
    assert open_channel(**PHONE).account() == SAVED["access_key_id"]
    assert open_channel().account() is None


def test_the_usual_port_is_not_signed():
    hosts = [
        SnsSettings(**SAVED, base_url=url).host
        for url in ("https://Sns.example:443/x", "http://sns.example:443", "http://sns.example:80")
    ]

    assert hosts == ["sns.example", "sns.example:443", "sns.example"]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"topic_arn": None}, "exactly one of"),
        ({"target_arn": DEVICE}, "exactly one of"),
        ({"topic_arn": None, "phone_number": "+18004242424"}, "needs a region"),
        ({"topic_arn": "alerts"}, "match pattern"),
        ({"topic_arn": f"{TOPIC}\n"}, "match pattern"),
        (PHONE | {"phone_number": "18004242424"}, "match pattern"),
        ({"region": "eu-west-1.evil.example/"}, "match pattern"),
        ({"access_key_id": "x, Signature=1"}, "match pattern"),
        ({"base_url": "https://user@host?x"}, "match pattern"),
        ({"secret_access_key": ""}, "at least 1"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, told):
    with pytest.raises(ValidationError, match=told):
        SnsSettings(**SAVED | settings)
