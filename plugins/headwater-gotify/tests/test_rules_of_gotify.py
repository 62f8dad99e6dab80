"""The channel against Gotify's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_gotify.channel import Gotify, GotifySettings
from tests.fakes.rules import RecognisedContract

SAVED = {"token": "AGdjfk_Jufz5x8J"}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = GotifySettings(**SAVED | {"base_url": fakes.gotify} | settings)
        return Gotify(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfGotify(RecognisedContract):
    service, name = "gotify", "Gotify"


@pytest.mark.parametrize("token", ["C-of-a-client", "Cx"])
def test_a_token_that_may_not_write_is_given_up_and_warned_of(open_channel, fakes, token):
    channel = open_channel(**{"token": token})
    error = fail(channel)

    assert error.permanent
    assert str(error).startswith("Gotify answered 401: you need to provide a valid access token")
    assert len(channel.settings.list_warnings()) == 1
    assert len(fakes.log()) == 1


def test_the_token_goes_along_apart_from_the_address(open_channel, fakes):
    open_channel().send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert entry["headers"]["x-gotify-key"] == SAVED["token"]
    assert entry["query"] == {}


def test_too_many_wait_and_use_up_no_attempt(open_channel, fakes):
    fakes.control("gotify", next=[{"status": 429, "headers": {"Retry-After": "5"}}])
    error = fail(open_channel())

    assert (error.limited, error.permanent, error.retry_after) == (True, False, 5)


@pytest.mark.parametrize(
    "settings", [{"token": ""}, {"problem_priority": 11}, {"base_url": "gotify.lan"}]
)
def test_what_can_never_work_is_refused(settings):
    with pytest.raises(ValidationError):
        GotifySettings(**SAVED | {"base_url": "http://gotify.lan"} | settings)
