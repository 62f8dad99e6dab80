"""The channel against the rules of homeservers, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_matrix.channel import Matrix, MatrixSettings
from tests.fakes.rules import RecognisedContract

KNOWN = {"homeserver": "https://x", "access_token": "good", "room": "!ops:example.org"}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        settings = MatrixSettings(**{**KNOWN, "homeserver": fakes.matrix, **settings})
        return Matrix(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfMatrix(RecognisedContract):
    service, name = "matrix", "Matrix"
    foreign = ('{"event_id": ""}',)


def test_a_message_is_taken_without_a_warning(open_channel, fakes):
    open_channel().send(MESSAGE, "a/key")

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"], entry["method"]) == (200, [], "PUT")


def test_a_message_that_is_sent_again_is_there_once(open_channel, fakes):
    channel = open_channel()
    for key in ("one", "one", "two"):
        channel.send(MESSAGE, key)

    assert [entry["notes"] for entry in fakes.log()] == [[], ["repeated"], []]


def test_an_alias_is_looked_up(open_channel, fakes):
    open_channel(room=" #ops:example.org ").send(MESSAGE, "key")

    asked, sent = fakes.log()
    assert asked["path"].endswith("/directory/room/#ops:example.org")
    assert "/rooms/!found:example.org/send/" in sent["path"]
    assert sent["status"] == 200


def test_an_alias_of_no_room_is_given_up(open_channel, fakes):
    error = fail(open_channel(room="#nowhere:example.org"))

    assert error.permanent
    assert str(error) == (
        "Matrix, asked about #nowhere:example.org, answered 404: "
        "Room alias #nowhere:example.org not found. (M_NOT_FOUND)"
    )
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"access_token": "bad"}, "401: Unrecognised access token (M_UNKNOWN_TOKEN)"),
        ({"room": "!forbidden:example.org"}, "403: User not in room (M_FORBIDDEN)"),
    ],
)
def test_what_can_never_pass_is_given_up(open_channel, fakes, settings, said):
    error = fail(open_channel(**settings))

    assert str(error) == f"Matrix answered {said}"
    assert error.permanent
    assert len(fakes.log()) == 1


def test_a_fault_of_the_homeserver_is_tried_again_later(open_channel, fakes):
    fakes.control("matrix", next=[{"status": 502, "body": "<html>bad gateway"}])

    assert not fail(open_channel()).permanent


def test_too_many_wait_as_long_as_the_homeserver_asks(open_channel, fakes):
    fakes.control("matrix", rate_on=True)
    channel = open_channel(room="#ops:example.org")
    channel.send(MESSAGE, "one")
    error = fail(channel, key="two")

    assert (error.limited, error.permanent) == (True, False)
    assert 0 < error.retry_after <= 6


@pytest.mark.parametrize("room", ["!ops:example.org", "#ops:example.org"])
def test_the_wait_may_stand_in_the_answer_alone(open_channel, fakes, room):
    body = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}
    fakes.control("matrix", next=[{"status": 429, "body": body}])

    assert fail(open_channel(room=room)).retry_after == 2.5


@pytest.mark.parametrize(
    "body", ["", "<html>log in", "{}", "[]", '{"event_id": ""}', '{"room_id": ""}']
)
def test_a_200_that_is_not_a_homeservers_names_no_room(open_channel, fakes, body):
    fakes.control("matrix", next=[{"status": 200, "body": body}])

    assert fail(open_channel(room="#ops:example.org")).permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"room": "ops"},
        {"room": "#ops"},
        {"room": "@ann:example.org"},
        {"room": "!a b:example.org"},
        {"homeserver": "example.org"},
        {"access_token": ""},
        {"access_token": "a\nb"},
    ],
)
def test_settings_that_lead_nowhere_are_refused(settings):
    with pytest.raises(ValidationError):
        MatrixSettings(**{**KNOWN, **settings})


def test_rooms_without_the_name_of_a_server_are_known():
    assert MatrixSettings(**{**KNOWN, "room": "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"})


def test_a_token_that_others_can_read_is_warned_of():
    assert MatrixSettings(**KNOWN).list_warnings() == []
    assert MatrixSettings(**KNOWN | {"homeserver": "http://x"}).list_warnings()
