"""The channel against ntfy's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_ntfy.channel import Ntfy, NtfySettings
from tests.fakes.rules import RecognisedContract

SAVED = {"topic": "flows-of-ours"}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = NtfySettings(**SAVED | {"base_url": fakes.ntfy} | settings)
        return Ntfy(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfNtfy(RecognisedContract):
    service, name = "ntfy", "ntfy"


@pytest.mark.parametrize("sign", ["x", "é", "😀", '"', "a\n"])
def test_a_large_message_stays_a_message(open_channel, fakes, sign):
    fields = {f"{number}{sign}": sign * 999 for number in range(50)}
    changes = {"title": sign * 5000, "body": sign * 20_000, "fields": fields}
    open_channel().send(MESSAGE.model_copy(update=changes), "key")

    assert fakes.answers() == [(200, [])]


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("tk_bad", "ntfy answered 401: unauthorized (40101)"),
        ("tk_ro", "ntfy answered 403: forbidden (40301)"),
    ],
)
def test_who_may_not_write_is_given_up_after_one_try(open_channel, fakes, token, told):
    error = fail(open_channel(**{"token": token}))

    assert (str(error), error.permanent) == (told, True)
    assert len(fakes.log()) == 1


def test_too_many_wait_and_use_up_no_attempt(open_channel, fakes):
    body = {"code": 42901, "http": 429, "error": "limit reached: too many requests"}
    fakes.control("ntfy", next=[{"status": 429, "headers": {"Retry-After": "5"}, "body": body}] * 2)
    error = fail(open_channel())

    assert (error.limited, error.permanent, error.retry_after) == (True, False, 5)


def test_a_login_by_name_goes_along_beyond_ascii(open_channel, fakes):
    open_channel(username="flows", **{"password": "pä"}).send(MESSAGE, "key")

    assert fakes.log()[0]["headers"]["authorization"] == "Basic Zmxvd3M6cMOk"


@pytest.mark.parametrize(
    "settings",
    [
        {"topic": "a b"},
        {"topic": "very/secret"},
        {"topic": ""},
        {"topic": "x" * 65},
        {"topic": "very-secret\n"},
        {"username": "very-secret"},
        {"password": "very-secret"},
        {"token": "very-secret", "username": "a", "password": "b"},
        {"problem_priority": 6},
        {"base_url": "ntfy.example.com"},
    ],
)
def test_what_can_never_work_is_refused_without_telling_it(settings):
    with pytest.raises(ValidationError) as caught:
        NtfySettings(**SAVED | settings)

    assert "very-secret" not in str(caught.value.errors(include_input=False))
