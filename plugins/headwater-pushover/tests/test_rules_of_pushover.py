"""The channel against Pushover's rules, as the fake enforces them."""

import time

import pytest
from pydantic import ValidationError

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_pushover.channel import Pushover, PushoverSettings
from tests.fakes.rules import RecognisedContract

SAVED = {"token": "a" * 30, "user": "u" * 30}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = PushoverSettings(**SAVED | {"base_url": fakes.pushover} | settings)
        return Pushover(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfPushover(RecognisedContract):
    service, name = "pushover", "Pushover"


def test_what_failed_is_repeated_until_it_is_over(open_channel, fakes):
    channel = open_channel(emergency=True, retry=30, expire=10800)
    channel.send(MESSAGE, "key")
    channel.send(MESSAGE, "other")
    assert list(fakes.open_alerts("pushover").values()) == [2]
    channel.send(MESSAGE.model_copy(update={"kind": Kind.RECOVERY}), "third")

    assert fakes.open_alerts("pushover") == {}
    assert [entry["status"] for entry in fakes.log()] == [200] * 4
    assert fakes.log()[-1]["body"]["priority"] == "0"


def test_a_recovery_is_told_though_there_was_nothing_to_call_off(open_channel, fakes):
    fakes.control("pushover", next=[{"status": 404, "body": '{"status": 0}'}])
    open_channel(emergency=True).send(MESSAGE.model_copy(update={"kind": Kind.RECOVERY}), "key")

    assert [entry["status"] for entry in fakes.log()] == [404, 200]


def test_what_could_not_be_called_off_for_now_is_tried_again_before_the_news(open_channel, fakes):
    fakes.control("pushover", next=[{"status": 500}])
    recovery = MESSAGE.model_copy(update={"kind": Kind.RECOVERY})

    assert not fail(open_channel(emergency=True), recovery).permanent
    assert len(fakes.log()) == 1


def test_nothing_is_called_off_where_nothing_is_repeated(open_channel, fakes):
    open_channel().send(MESSAGE.model_copy(update={"kind": Kind.RECOVERY}), "key")

    assert [entry["path"] for entry in fakes.log()] == ["/1/messages.json"]


def test_what_pushover_refuses_is_given_up_in_its_words(open_channel, fakes):
    body = {"user": "invalid", "errors": ["user identifier is invalid", "x"], "status": 0}
    fakes.control("pushover", next=[{"status": 400, "body": body}] * 2)
    error = fail(open_channel())

    assert str(error) == "Pushover answered 400: user identifier is invalid; x"
    assert error.permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    ("reset", "least", "most"), [(60, 50, 60), (-5, 0, 0), ("soon", None, None)]
)
def test_a_quota_that_is_used_up_says_when_it_is_full(open_channel, fakes, reset, least, most):
    at = str(int(time.time()) + reset) if isinstance(reset, int) else reset
    fakes.control("pushover", next=[{"status": 429, "headers": {"X-Limit-App-Reset": at}}])
    error = fail(open_channel())

    assert (error.limited, error.permanent) == (True, False)
    assert error.retry_after is None if least is None else least <= error.retry_after <= most


def test_devices_and_a_sound_are_chosen(open_channel, fakes):
    open_channel(device="phone,tablet", sound="siren").send(MESSAGE, "key")

    body = fakes.log()[0]["body"]
    assert (body["device"], body["sound"]) == ("phone,tablet", "siren")


@pytest.mark.parametrize(
    "settings",
    [
        {"token": "very-secret"},
        {"user": "very-secret" * 3},
        {"device": "a b"},
        {"sound": ""},
        {"retry": 29},
        {"expire": 10801},
        {"base_url": "api.pushover.net"},
    ],
)
def test_what_can_never_work_is_refused_without_telling_it(settings):
    with pytest.raises(ValidationError) as caught:
        PushoverSettings(**SAVED | settings)

    assert "very-secret" not in str(caught.value.errors(include_input=False))
