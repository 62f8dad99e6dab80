"""The channel against Zulip's rules, as the fake enforces them."""

import json

import pytest
from pydantic import ValidationError

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_zulip.channel import Zulip
from headwater_zulip.settings import ZulipSettings
from tests.fakes.rules import LimitedContract, RecognisedContract

BOT = {"base_url": "https://x", "bot_email": "news-bot@example.com", "api_key": "goodkey"}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        known = BOT | {"base_url": fakes.zulip}
        where = {} if "people" in settings else {"stream": "ops"}
        settings = ZulipSettings(**{**known, **where, **settings})
        return Zulip(settings, HttpClient(allow_private=True))

    return make


class TestRulesOfZulip(RecognisedContract, LimitedContract):
    service, name = "zulip", "Zulip"
    foreign = ('{"result":"error"}',)
    burst = 5
    longest_wait = 60


def test_a_message_is_taken_without_a_warning(open_channel, fakes):
    open_channel().send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert (entry["status"], entry["notes"]) == (200, [])
    assert entry["body"].items() >= {"type": "stream", "to": "ops", "topic": "daily-etl"}.items()


def test_a_recovery_is_told_in_the_topic_of_the_problem(open_channel, fakes):
    channel = open_channel()
    for kind, state in ((Kind.PROBLEM, "Failed"), (Kind.RECOVERY, "Completed")):
        title = f"daily / etl / fuzzy: {state}"
        channel.send(MESSAGE.model_copy(update={"kind": kind, "title": title}), "key")

    topics = {entry["body"]["topic"] for entry in fakes.log()}
    assert topics == {"daily"}


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("all\nnews", "all news"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        (" ", "daily-etl"),
    ],
)
def test_a_topic_of_ones_own_is_cut_to_sixty(open_channel, fakes, topic, told):
    open_channel(topic=topic).send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert (entry["body"]["topic"], entry["notes"]) == (told, [])


def test_people_get_one_direct_message(open_channel, fakes):
    open_channel(people="ann@example.com, bob@example.com").send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert entry["body"]["type"] == "direct"
    assert json.loads(entry["body"]["to"]) == ["ann@example.com", "bob@example.com"]
    assert "topic" not in entry["body"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"api_key": "badkey"}, "401: Invalid API key (INVALID_API_KEY)"),
        ({"stream": "nostream"}, "400: Channel 'nostream' does not exist (STREAM_DOES_NOT_EXIST)"),
        (
            {"people": ["nobody@example.com"]},
            "400: Invalid email 'nobody@example.com' (BAD_REQUEST)",
        ),
    ],
)
def test_what_can_never_pass_is_given_up(open_channel, settings, said):
    error = fail(open_channel(**settings))

    assert str(error) == f"Zulip answered {said}"
    assert error.permanent


def test_a_fault_of_zulip_is_tried_again_later(open_channel, fakes):
    fakes.control("zulip", next=[{"status": 500, "body": '{"result":"error","msg":"oops"}'}])

    assert not fail(open_channel()).permanent


def test_the_wait_may_stand_in_the_answer_alone(open_channel, fakes):
    body = {"result": "error", "code": "RATE_LIMIT_HIT", "msg": "no", "retry-after": 2.5}
    fakes.control("zulip", next=[{"status": 429, "body": body}])

    assert fail(open_channel()).retry_after == 2.5


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"stream": " "},
        {"stream": "ops", "people": "ann@example.com"},
        {"stream": "ops", "base_url": "example.com"},
        {"stream": "ops", "bot_email": "a:b@example.com"},
        {"stream": "ops", "api_key": ""},
    ],
)
def test_settings_that_lead_nowhere_are_refused(settings):
    with pytest.raises(ValidationError):
        ZulipSettings(**{**BOT, **settings})


def test_a_key_that_others_can_read_is_warned_of():
    assert ZulipSettings(**BOT, stream="ops").list_warnings() == []
    assert ZulipSettings(**BOT | {"base_url": "http://x"}, stream="ops").list_warnings()
