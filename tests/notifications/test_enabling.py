"""Channels that people test, turn off and turn on."""

import pytest
from sqlalchemy import func, select

from headwater import clock
from headwater.db.session import reading
from headwater.notifications.models import ChannelPause

URL = "/api/headwater/channels/"


def states(deliveries):
    return sorted(one["state"] for one in deliveries())


def test_a_good_test_enables_it_and_a_bad_one_does_not(
    policy, tell, send_due, slack, client, health, channel_events
):
    slack.status = 410
    tell()
    send_due()
    client.post(f"{URL}ops/test")
    assert health()["state"] == "disabled"

    slack.status = 200
    client.post(f"{URL}ops/test")
    assert health()["state"] == "healthy"
    assert channel_events() == ["disabled", "recovered"]
    tell()
    send_due()
    assert len(slack.received) == 4


def test_what_a_person_has_sent_again_goes_over_a_disabled_channel_and_enables_it(
    policy, tell, send_due, slack, client, health, deliveries
):
    slack.status = 410
    tell()
    send_due()
    url = f"/api/headwater/notifications/{deliveries()[0]['id']}/resend"
    client.post(url)
    send_due()
    assert (len(slack.received), health()["state"]) == (2, "disabled")

    slack.status = 200
    client.post(url)
    send_due()
    assert (states(deliveries), health()["state"]) == (["sent"], "healthy")


def test_a_person_turns_a_channel_off_and_on(
    policy, tell, send_due, slack, client, health, deliveries, channel_events
):
    slack.status = 503
    tell()
    now = clock.now()
    send_due(now)
    assert client.post(f"{URL}ops/disable", json={"reason": "moving"}).status_code == 204
    assert (health()["state"], health()["reason"]) == ("off", "moving")
    tell()
    send_due(clock.now())
    assert states(deliveries) == ["dead", "dead"]
    assert deliveries()[1]["reason"] == "the channel is off: moving"
    assert len(slack.received) == 1

    slack.status = 200
    client.post(f"{URL}ops/test")
    assert health()["state"] == "off"
    enabled = client.post(f"{URL}ops/enable")
    assert (enabled.status_code, enabled.json) == (200, {"missed": 2})
    tell()
    send_due(clock.now())
    assert states(deliveries) == ["dead", "dead", "sent"]
    assert channel_events() == []


def test_enabling_ends_a_rest(policy, tell, send_due, slack, client, deliveries):
    slack.status, slack.headers = 429, {"Retry-After": "600"}
    tell()
    send_due()
    slack.status, slack.headers = 200, {}
    client.post(f"{URL}ops/enable")
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(ChannelPause)) == 0


@pytest.mark.parametrize("act", ["enable", "disable"])
def test_an_unknown_channel_is_neither_enabled_nor_disabled(client, act):
    assert client.post(f"{URL}other/{act}", json={}).status_code == 404


@pytest.mark.parametrize("body", [{"reason": 1}, {"why": "x"}, {"reason": "x" * 301}])
def test_a_reason_that_is_none_is_refused(client, make_channel, body):
    make_channel()

    assert client.post(f"{URL}ops/disable", json=body).status_code == 422
