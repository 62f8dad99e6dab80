"""What would wait too long for a channel that rests is told over the policy's fallbacks."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from headwater import clock
from headwater.api import Quota, Rate
from headwater.db.session import write
from headwater.notifications import outbox
from headwater.notifications.loop import groups, resting
from headwater.notifications.queries import health as queries
from headwater_slack.channel import SlackWebhook

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
OVER = {"state_type": "COMPLETED", "state_name": "Completed", "state_message": None}


@pytest.fixture
def busy(slack):
    """Slack wants nothing for ten minutes."""
    slack.status, slack.text, slack.headers = 429, "busy", {"Retry-After": "600"}


@pytest.fixture
def well(slack):
    def heal():
        slack.status, slack.text, slack.headers = 200, "ok", {}

    return heal


@pytest.fixture
def pass_time(send_due):
    """Let the loops do what is due at a time, and what follows from that."""

    def go(now, **more):
        for _ in range(2):
            send_due(now, **more)
            resting.tick(now)
        send_due(now, **more)

    return go


@pytest.fixture
def states(deliveries):
    def look():
        return sorted((one["channel_name"], one["state"]) for one in deliveries())

    return look


def alerts(fakes):
    return [entry["body"]["event_action"] for entry in fakes.log()]


def test_all_that_waits_for_an_open_breaker_is_told_once_and_over_the_other_channel(
    slack, well, make_channel, pager, make_own, tell, pass_time, fakes, states
):
    make_own(make_channel(), fallback_channel_ids=[pager], fallback_after=0)
    slack.status, slack.text = 500, "rollup_error"
    tell(*[{}] * 12)
    now = clock.now()
    pass_time(now)
    tried = len(slack.received)
    assert states() == [("on-call", "sent")] * 12 + [("ops", "merged")] * 12
    assert "could not be reached: it rests until" in str(fakes.log()[0])
    assert "rollup_error" in str(fakes.log()[0])

    well()
    pass_time(now + HOUR)
    assert (len(slack.received), len(fakes.log())) == (tried, 12)


def test_what_a_service_puts_off_for_longer_than_the_policy_waits_is_told_elsewhere(
    busy, slack, make_channel, pager, make_own, tell, pass_time, states
):
    ops = make_channel()
    make_own(ops, tags=["soon"], fallback_channel_ids=[pager])
    make_own(ops, tags=["late"], fallback_channel_ids=[pager], fallback_after=3600)
    make_own(ops, tags=["alone"])
    tell({"tags": ["soon"]})
    now = clock.now()
    pass_time(now)
    tell({"tags": ["soon"]}, {"tags": ["late"]}, {"tags": ["alone"]})
    pass_time(now)

    assert len(slack.received) == 1
    merged, pending = [("ops", "merged")] * 2, [("ops", "pending")] * 2
    assert states() == [("on-call", "sent")] * 2 + merged + pending


def test_a_short_rest_is_waited_for(busy, slack, make_channel, pager, make_own, tell, pass_time):
    slack.headers = {"Retry-After": "200"}
    make_own(make_channel(), fallback_channel_ids=[pager])
    tell()
    now = clock.now()
    pass_time(now)
    slack.status = 200
    pass_time(now + 201 * SECOND)

    assert len(slack.received) == 2


def test_who_waits_for_a_quota_does_not_rest(
    slack, make_channel, pager, make_own, tell, pass_time, make_mailroom, monkeypatch, states
):
    monkeypatch.setattr(SlackWebhook, "quotas", lambda channel: [Quota(Rate(0.001, burst=1))])
    metered = make_mailroom()
    make_own(make_channel(), fallback_channel_ids=[pager], fallback_after=0)
    tell()
    now = clock.now()
    pass_time(now, mailroom=metered)
    tell({}, {})
    pass_time(now + SECOND, mailroom=metered)

    assert states() == [("ops", "pending")] + [("ops", "sent")] * 2


def test_where_the_other_channel_rests_too_the_next_is_told(
    busy, make_channel, pager, make_own, tell, pass_time, states
):
    ops, second = make_channel("ops"), make_channel("second")
    make_own(ops, fallback_channel_ids=[second, pager], fallback_after=0)
    tell()
    pass_time(clock.now())

    assert states() == [("on-call", "sent"), ("ops", "merged"), ("second", "merged")]


def test_at_the_end_of_the_chain_it_waits(busy, make_channel, make_own, tell, pass_time, states):
    ops, second = make_channel("ops"), make_channel("second")
    make_own(ops, fallback_channel_ids=[second], fallback_after=0)
    tell()
    pass_time(clock.now())

    assert states() == [("ops", "merged"), ("second", "pending")]


def test_where_no_other_could_be_told_the_first_tells_it_after_its_rest(
    busy, slack, well, client, make_channel, pager, make_own, tell, pass_time, states
):
    make_own(make_channel(), fallback_channel_ids=[pager], fallback_after=0)
    client.post("/api/headwater/channels/on-call/disable", json={})
    tell()
    now = clock.now()
    pass_time(now)
    assert states() == [("on-call", "dead"), ("ops", "pending")]

    well()
    pass_time(now + HOUR)
    assert states() == [("on-call", "dead"), ("ops", "sent")]
    assert len(slack.received) == 2


def test_the_recovery_is_told_where_the_problem_was(
    busy, slack, well, make_channel, pager, make_own, tell, pass_time, fakes, states
):
    policy = {"fallback_channel_ids": [pager], "fallback_after": 0}
    make_own(make_channel(), state_names=["Failed"], **policy)
    flow = {"flow_id": uuid4()}
    tell()  # by which the channel rests
    now = clock.now()
    pass_time(now)
    tell(flow)
    pass_time(now)
    well()
    tell(flow | OVER)
    pass_time(now + HOUR)

    assert alerts(fakes) == ["trigger", "trigger", "resolve"]
    assert len(fakes.open_alerts("pagerduty")) == 1
    assert len(slack.received) == 1
    assert [state for channel, state in states() if channel == "ops"] == ["merged"] * 3


def test_a_channel_that_may_have_opened_the_problem_hears_that_it_is_over(
    busy, slack, well, make_channel, pager, make_own, tell, pass_time, fakes, monkeypatch
):
    monkeypatch.setattr(SlackWebhook, "closes_problems", True)
    make_own(make_channel(), fallback_channel_ids=[pager], fallback_after=0)
    flow = {"flow_id": uuid4()}
    tell(flow)
    now = clock.now()
    pass_time(now)
    well()
    tell(flow | OVER)
    pass_time(now + HOUR)

    assert alerts(fakes) == ["trigger", "resolve"]
    assert "works again" in slack.received[1]["text"]


def test_a_recovery_waits_for_the_channel_that_told_of_the_problem(
    slack, well, make_channel, pager, make_own, tell, pass_time, fakes, states
):
    make_own(make_channel(), fallback_channel_ids=[pager], fallback_after=0)
    flow = {"flow_id": uuid4()}
    tell(flow)
    now = clock.now()
    pass_time(now)
    slack.status, slack.headers = 429, {"Retry-After": "600"}
    tell(flow | OVER)
    pass_time(now + SECOND)
    assert states() == [("ops", "pending"), ("ops", "sent")]

    well()
    pass_time(now + HOUR)
    assert states() == [("ops", "sent"), ("ops", "sent")]
    assert fakes.log() == []


def test_what_is_told_together_is_resolved_where_it_was_told(
    make_channel, pager, make_own, make_news, pass_time, fakes, slack
):
    ops, flow, now = make_channel(), uuid4(), clock.now()
    grouping = {"by": [], "wait": 30, "interval": 300}
    make_own(ops, fallback_channel_ids=[pager], fallback_after=0, grouping=grouping)

    def announce(moment, **changes):
        news = make_news(flow_id=flow, **changes)
        write(lambda session: outbox.announce(session, news, now=moment))
        groups.tick(moment + 31 * SECOND)

    rest = (make_news().workspace_id, UUID(ops), now + HOUR)
    write(lambda session: queries.pause_until(session, *rest))
    announce(now)
    pass_time(now + 31 * SECOND)
    assert alerts(fakes) == ["trigger"]

    announce(now + 2 * HOUR, **OVER)
    pass_time(now + 2 * HOUR + 31 * SECOND)
    assert alerts(fakes) == ["trigger", "resolve"]
    assert fakes.open_alerts("pagerduty") == {}


def test_what_a_person_has_sent_again_waits_for_its_channel(
    busy, slack, client, make_channel, pager, make_own, tell, pass_time, deliveries, states
):
    make_own(make_channel(), fallback_channel_ids=[pager], fallback_after=3600)
    tell()
    now = clock.now()
    pass_time(now)
    client.post(f"/api/headwater/notifications/{deliveries()[0]['id']}/resend")
    slack.headers = {"Retry-After": "80000"}
    pass_time(now + 11 * MINUTE)

    assert states() == [("ops", "pending")]
