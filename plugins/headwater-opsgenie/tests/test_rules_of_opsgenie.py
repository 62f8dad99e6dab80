"""The channel against the rules of Opsgenie and its successor, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_opsgenie.channel import HOSTS, OpsgenieWebhook
from headwater_opsgenie.settings import OpsgenieSettings
from tests.fakes.rules import AlertsContract, message_of

KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"
# What 2.20's and 3.x's blocks keep: all their fields, also those that nobody filled in.
SAVED = {
    "notify_type": "prefect_default",
    "apikey": KEY,
    "target_user": None,
    "target_team": ["data"],
    "target_schedule": None,
    "target_escalation": None,
    "region_name": "eu",
    "batch": False,
    "tags": ["etl", 1],
    "priority": 3,
    "alias": None,
    "entity": None,
    "details": {"key1": "value1"},
    "block_type_slug": "opsgenie-webhook",
}


@pytest.fixture(params=["", "/jsm/ops/integration"], ids=["opsgenie", "jsm"])
def open_channel(fakes, request):
    def make(**settings):
        values = {"apikey": KEY, "base_url": fakes.opsgenie + request.param, **settings}
        return OpsgenieWebhook(OpsgenieSettings(**values), HttpClient(allow_private=True))

    return make


class TestRulesOfOpsgenie(AlertsContract):
    service, name = "opsgenie", "Opsgenie"

    @pytest.fixture(params=[Kind.PROBLEM, Kind.RECOVERY])
    def message(self, request):
        return message_of(request.param)


def test_a_test_leaves_nothing_open_but_what_was(open_channel, fakes):
    channel = open_channel(alias="etl")
    channel.send(message_of(), "key")
    channel.send(message_of(Kind.TEST), "key")

    assert fakes.open_alerts("opsgenie") == {"etl": 1}
    assert [entry["status"] for entry in fakes.log()] == [202, 202, 202]


def test_the_end_of_one_problem_is_noted_at_an_alert_that_all_share(open_channel, fakes):
    channel = open_channel(alias="etl at night")
    channel.send(message_of(), "key")
    channel.send(message_of(Kind.RECOVERY), "key")

    _, noted = fakes.log()
    assert noted["path"].endswith("/v2/alerts/etl at night/notes")
    assert noted["body"]["note"].startswith(MESSAGE.title)
    assert fakes.open_alerts("opsgenie") == {"etl at night": 1}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("not-a-key", "401: Could not authenticate"),
        ("00000000-faa2-4ba2-a551-1afdf565c889", "403: You are not authorized"),
        ("40200000-faa2-4ba2-a551-1afdf565c889", "402: Payment required"),
    ],
)
def test_a_key_without_the_right_is_given_up_after_one_try(open_channel, fakes, key, said):
    error = fail(open_channel(apikey=key))

    assert str(error).startswith(f"Opsgenie answered {said}")
    assert error.permanent
    assert len(fakes.log()) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_refused_is_sent_plainly_once(open_channel, fakes, status):
    fakes.control("opsgenie", next=[{"status": status, "body": "{}"}])
    open_channel().send(MESSAGE, "key")

    first, second = (entry["body"] for entry in fakes.log())
    assert "description" in first
    assert "description" not in second
    assert second["alias"] == MESSAGE.dedup_key


def test_what_is_refused_plainly_too_is_given_up_with_its_words(open_channel, fakes):
    body = '{"message":"Request body is not processable.","errors":{"tags":"too many"}}'
    fakes.control("opsgenie", next=[{"status": 422, "body": body}] * 3)
    error = fail(open_channel())

    assert str(error) == "Opsgenie answered 422: Request body is not processable.: too many"
    assert error.permanent
    assert len(fakes.log()) == 2


@pytest.mark.parametrize(("region", "told"), [("us", True), ("eu", True), ("jsm", False)])
def test_an_api_that_ended_names_its_successor(open_channel, fakes, region, told):
    fakes.control("opsgenie", next=[{"status": 410, "body": "Gone"}])
    error = fail(open_channel(region_name=region))

    assert error.permanent
    assert ("its successor is the region jsm" in str(error)) is told


def test_too_many_wait_as_long_as_opsgenie_asks(open_channel, fakes):
    fakes.control("opsgenie", next=[{"status": 429, "headers": {"Retry-After": "7"}, "body": "{}"}])
    error = fail(open_channel())

    assert (error.limited, error.permanent, error.retry_after) == (True, False, 7)


@pytest.mark.parametrize("kind", [Kind.PROBLEM, Kind.RECOVERY])
def test_a_fault_of_opsgenie_is_tried_again_later(open_channel, fakes, kind):
    fakes.control("opsgenie", next=[{"status": 503, "body": ""}])

    assert not fail(open_channel(), message_of(kind)).permanent
    assert len(fakes.log()) == 1


def test_a_block_that_a_client_saved_is_a_channel(open_channel, fakes):
    open_channel(**SAVED).send(MESSAGE, "key")

    (entry,) = fakes.log()
    assert (entry["status"], entry["body"]["priority"]) == (202, "P3")
    assert entry["body"]["responders"] == [{"type": "team", "name": "data"}]
    assert entry["body"]["tags"] == ["etl", "1"]
    assert entry["body"]["details"]["key1"] == "value1"


@pytest.mark.parametrize(("region", "warned"), [("us", True), ("eu", True), ("jsm", False)])
def test_who_chooses_a_region_that_ends_is_told(region, warned):
    warnings = OpsgenieSettings(apikey=KEY, region_name=region).list_warnings()

    assert ["2027-04-05" in warning for warning in warnings] == [True] * warned


def test_each_region_has_a_host():
    assert HOSTS == {
        "us": "https://api.opsgenie.com",
        "eu": "https://api.eu.opsgenie.com",
        "jsm": "https://api.atlassian.com/jsm/ops/integration",
    }


@pytest.mark.parametrize("key", ["", "two words", "one\nX-Other: two", "schlüssel"])
def test_a_key_that_would_break_the_header_is_refused_unseen(key):
    with pytest.raises(ValidationError) as caught:
        OpsgenieSettings(apikey=key)

    (error,) = caught.value.errors(include_input=False)
    assert error["loc"] == ("apikey",)


@pytest.mark.parametrize("priority", ["0", "6", "high", 2.5])
def test_a_priority_that_opsgenie_has_not_is_refused(priority):
    with pytest.raises(ValidationError, match="must be 1"):
        OpsgenieSettings(apikey=KEY, priority=priority)


def test_more_responders_than_an_alert_can_have_are_refused():
    names = [f"user {number}" for number in range(30)]

    with pytest.raises(ValidationError, match="at most 50 responders"):
        OpsgenieSettings(apikey=KEY, target_user=names, target_team=names)
