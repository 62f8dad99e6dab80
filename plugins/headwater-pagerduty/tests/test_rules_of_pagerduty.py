"""The channel against PagerDuty's rules, as the fake enforces them."""

import pytest
from pydantic import ValidationError

from headwater.api import Kind
from headwater.api.http import HttpClient
from headwater.testing import MESSAGE
from headwater.testing.channels import fail
from headwater_pagerduty.channel import HOSTS, PagerDutyWebhook
from headwater_pagerduty.settings import PagerDutySettings
from tests.fakes.rules import AlertsContract, message_of

KEY = "e93facc04764012d7bfb002500d5d1a6"
OBJECT = '{"status":"invalid event","message":"Event object is invalid","errors":%s}'
# What 2.20's and 3.x's blocks keep: all their fields, also those that nobody filled in.
SAVED = {
    "notify_type": "info",
    "integration_key": KEY,
    "api_key": "u+not-needed-1234567",
    "source": "Prefect",
    "component": "Notification",
    "group": None,
    "class_id": None,
    "region_name": "eu",
    "clickable_url": "https://example.com/runbook",
    "include_image": True,
    "custom_details": {"disk_space_left": "145GB"},
    "block_type_slug": "pager-duty-webhook",
}


@pytest.fixture
def open_channel(fakes):
    def make(**settings):
        values = {"integration_key": KEY, "base_url": fakes.pagerduty, **settings}
        return PagerDutyWebhook(PagerDutySettings(**values), HttpClient(allow_private=True))

    return make


class TestRulesOfPagerDuty(AlertsContract):
    service, name = "pagerduty", "PagerDuty"

    @pytest.fixture(params=[Kind.PROBLEM, Kind.NEWS])
    def message(self, request):
        return message_of(request.param)


def test_a_test_leaves_nothing_open(open_channel, fakes):
    open_channel().send(message_of(Kind.TEST), "key")

    actions = [entry["body"]["event_action"] for entry in fakes.log()]
    assert actions == ["trigger", "resolve"]
    assert fakes.open_alerts("pagerduty") == {}


def test_news_are_no_alert(open_channel, fakes):
    open_channel().send(message_of(Kind.NEWS), "key")

    assert [entry["path"] for entry in fakes.log()] == ["/v2/change/enqueue"]
    assert fakes.open_alerts("pagerduty") == {}


def test_a_key_that_nobody_knows_is_given_up_after_one_try(open_channel, fakes):
    error = fail(open_channel(integration_key="gone" + "0" * 28))

    assert str(error) == "PagerDuty answered 400: Invalid routing key"
    assert error.permanent
    assert len(fakes.log()) == 1


def test_a_key_that_is_none_is_given_up_with_pagerdutys_words(open_channel, fakes):
    error = fail(open_channel(integration_key="short"))

    assert str(error) == (
        "PagerDuty answered 400: Event object is invalid: "
        "Length of 'routing_key' is incorrect (should be 32 characters)"
    )
    assert error.permanent
    assert len(fakes.log()) == 1


def test_white_space_around_a_key_is_nobodys_wish(open_channel, fakes):
    open_channel(integration_key=f" {KEY}\n").send(MESSAGE, "key")

    assert fakes.log()[0]["status"] == 202


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("kind", [Kind.PROBLEM, Kind.NEWS])
def test_what_is_refused_is_sent_plainly_once(open_channel, fakes, kind, status):
    fakes.control("pagerduty", next=[{"status": status, "body": OBJECT % '["too long"]'}])
    open_channel().send(message_of(kind), "key")

    first, second = (entry["body"] for entry in fakes.log())
    assert "custom_details" in first["payload"]
    assert "custom_details" not in second["payload"]
    assert second["payload"]["summary"] == MESSAGE.title


def test_what_is_refused_plainly_too_is_given_up(open_channel, fakes):
    fakes.control("pagerduty", next=[{"status": 400, "body": OBJECT % '["a","b"]'}] * 3)
    error = fail(open_channel())

    assert str(error) == "PagerDuty answered 400: Event object is invalid: a; b"
    assert error.permanent
    assert len(fakes.log()) == 2


def test_too_many_rest_the_channel(open_channel, fakes):
    fakes.control("pagerduty", rate_on=True, next=[{"status": 429, "body": "{}"}])
    error = fail(open_channel())

    assert (error.limited, error.permanent, error.retry_after) == (True, False, None)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_of_pagerduty_is_tried_again_later(open_channel, fakes, status):
    fakes.control("pagerduty", next=[{"status": status, "body": ""}])

    assert not fail(open_channel()).permanent
    assert len(fakes.log()) == 1


def test_a_block_that_a_client_saved_is_a_channel(open_channel, fakes):
    saved = PagerDutySettings.model_validate(SAVED)
    assert saved.region_name == "eu"
    open_channel(**SAVED).send(MESSAGE, "key")

    (entry,) = fakes.log()
    payload = entry["body"]["payload"]
    assert (payload["source"], payload["component"]) == ("Prefect", "Notification")
    assert payload["custom_details"]["disk_space_left"] == "145GB"
    assert "not-needed" not in str(entry)


def test_who_has_a_rulesets_key_is_told_what_it_takes_not(open_channel, fakes):
    key = "R" + KEY[1:]
    channel = open_channel(integration_key=key)

    assert channel.settings.list_warnings() != []
    assert PagerDutySettings(integration_key=KEY).list_warnings() == []
    channel.send(MESSAGE, "key")
    assert fail(channel, message_of(Kind.NEWS)).permanent


def test_each_region_has_a_host():
    assert HOSTS == {
        "us": "https://events.pagerduty.com",
        "eu": "https://events.eu.pagerduty.com",
    }


def test_settings_are_taken_from_a_command_line():
    settings = PagerDutySettings(integration_key=KEY, custom_details='{"team": "data"}')

    assert settings.custom_details == {"team": "data"}
    with pytest.raises(ValidationError, match="the JSON of one"):
        PagerDutySettings(integration_key=KEY, custom_details="team=data")
