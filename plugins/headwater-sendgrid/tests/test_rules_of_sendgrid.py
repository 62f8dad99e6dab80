"""The channel against SendGrid's rules, as the fake enforces them."""

import time

import pytest
from pydantic import ValidationError

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_sendgrid.channel import SendgridEmail, SendgridSettings
from tests.fakes.rules import RulesContract

SAVED = {"api_key": "SG.abc.def", "sender_email": "f@example.com", "to_emails": ["a@example.com"]}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = SendgridSettings(**SAVED | {"base_url": fakes.sendgrid} | settings)
        return SendgridEmail(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfSendGrid(RulesContract):
    service, name = "sendgrid", "SendGrid"
    taken = 202


def test_a_message_is_taken_without_a_warning(open_channel, fakes):
    open_channel(to_emails=["The operators <a@example.com>", "b@example.com"]).send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"]) == (202, [])
    assert entry["body"]["personalizations"] == [
        {"to": [{"email": "a@example.com", "name": "The operators"}]},
        {"to": [{"email": "b@example.com"}]},
    ]


def test_as_many_as_sendgrid_takes_are_told_at_once(open_channel, fakes):
    open_channel(to_emails=[f"a{n}@example.com" for n in range(1000)]).send(MESSAGE, "key")

    assert [entry["status"] for entry in fakes.log()] == [202]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"api_key": "nonsense"}, "401: The provided authorization grant is invalid"),
        ({"api_key": "SG.noscope"}, "403: access forbidden"),
        ({"sender_email": "f@unverified.example"}, "403: The from address does not match"),
    ],
)
def test_what_cannot_pass_is_given_up_in_sendgrids_words(open_channel, settings, told):
    error = fail(open_channel(**settings))

    assert str(error).startswith(f"SendGrid answered {told}")
    assert error.permanent


def test_the_place_of_a_fault_is_told(open_channel, fakes):
    body = '{"errors": [{"message": "Does not contain a valid address.", "field": "from.email"}]}'
    fakes.control("sendgrid", next=[{"status": 400, "body": body}])
    error = fail(open_channel())

    assert str(error) == "SendGrid answered 400: Does not contain a valid address. (from.email)"
    assert error.permanent


@pytest.mark.parametrize(
    ("reset", "least", "most"), [(60, 50, 60), (-5, 0, 0), ("soon", None, None)]
)
def test_a_quota_that_is_used_up_says_when_it_is_full(open_channel, fakes, reset, least, most):
    at = str(int(time.time()) + reset) if isinstance(reset, int) else reset
    fakes.control("sendgrid", next=[{"status": 429, "headers": {"X-RateLimit-Reset": at}}])
    error = fail(open_channel())

    assert (error.limited, error.permanent) == (True, False)
    assert error.retry_after is None if least is None else least <= error.retry_after <= most


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"to_emails": []}, "to_emails"),
        ({"to_emails": ["nobody"]}, "to_emails"),
        ({"to_emails": ["a@example.com, b@example.com\r\nc"]}, "to_emails"),
        ({"to_emails": ["a@example.com\r\nBcc: b@example.com"]}, "to_emails"),
        ({"sender_email": "a b@example.com"}, "sender_email"),
        ({"reply_to": ""}, "reply_to"),
        ({"to_emails": ["x@example.com"] * 1001}, "to_emails"),
    ],
)
def test_addresses_that_are_none_are_refused(settings, place):
    with pytest.raises(ValidationError) as caught:
        SendgridSettings(**SAVED | settings)

    assert caught.value.errors()[0]["loc"][0] == place


def test_a_block_that_a_client_saved_is_read():
    saved = SAVED | {"notify_type": "prefect_default", "_block_type_slug": "sendgrid-email"}

    assert SendgridSettings.model_validate(saved).base_url == "https://api.sendgrid.com"


def test_a_command_line_names_several():
    settings = SendgridSettings(**SAVED | {"to_emails": "a@example.com, b@example.com"})

    assert settings.to_emails == ["a@example.com", "b@example.com"]
