"""That what failed works again is told to who was told of the problem, after that."""

from datetime import timedelta
from uuid import uuid4

import pytest

from headwater import clock
from headwater.notifications.rules.recoveries import Telling, judge, number
from headwater_slack.channel import SlackWebhook

OVER = {"state_type": "COMPLETED", "state_name": "Completed", "state_message": None}
LATER = timedelta(hours=1)


@pytest.fixture
def flow(make_own, make_channel):
    """A flow whose failures a policy tells over the channel ops."""
    make_own(make_channel(), state_names=["Failed"])
    return {"flow_id": uuid4()}


@pytest.fixture
def states(deliveries):
    return lambda: [(one["state"], one["reason"]) for one in deliveries()]


def test_the_channels_that_were_told_hear_of_the_recovery_once(flow, tell, send_due, slack):
    tell(flow, flow)
    send_due()
    tell(flow | OVER, flow | OVER)
    send_due()

    texts = [payload["text"] for payload in slack.received]
    assert len(texts) == 3
    assert "entered a Failed state" in texts[0]
    assert texts[2].startswith("The daily-etl flow works again: its fuzzy-leopard run entered a ")
    assert "could not be delivered" not in texts[2]


def test_it_has_the_key_of_the_problem(make_own, client, fakes, tell, send_due):
    settings = {"integration_key": "e93facc04764012d7bfb002500d5d1a6", "base_url": fakes.pagerduty}
    body = {"type": "pagerduty", "name": "on-call", "settings": settings}
    make_own(client.post("/api/headwater/channels/", json=body).json["id"])
    flow = {"flow_id": uuid4()}
    tell(flow)
    send_due()
    assert list(fakes.open_alerts("pagerduty").values()) == [1]

    tell(flow | OVER)
    send_due()
    assert fakes.open_alerts("pagerduty") == {}


def test_what_was_not_told_yet_is_not_told_at_all(flow, tell, send_due, slack, states):
    tell(flow, flow, flow | OVER)
    send_due()

    assert slack.received == []
    assert states() == [("merged", "it recovered before it was told")] * 3


def test_what_failed_to_be_told_is_dropped_with_its_recovery(flow, tell, send_due, slack, states):
    slack.status = 500
    tell(flow)
    send_due()
    tell(flow | OVER)
    slack.forget()
    send_due(clock.now() + LATER)

    assert slack.received == []
    assert states() == [("merged", "it recovered before it was told")] * 2


def test_what_may_have_been_opened_is_closed(flow, tell, send_due, slack, states, monkeypatch):
    monkeypatch.setattr(SlackWebhook, "closes_problems", True)
    slack.status = 500
    tell(flow)
    send_due()
    tell(flow | OVER)
    slack.forget()
    send_due()

    assert len(slack.received) == 1
    assert [state for state, _ in states()] == ["merged", "sent"]


def test_a_problem_that_was_given_up_is_mentioned(flow, tell, send_due, slack):
    slack.status, slack.text = 403, "action_prohibited"
    tell(flow)
    send_due()
    tell(flow | OVER)
    slack.forget()
    send_due()

    assert "The message about the problem could not be delivered." in slack.received[0]["text"]


def test_a_recovery_overtakes_no_problem_and_no_problem_a_recovery(
    flow, tell, send_due, slack, mailroom, blocked, deliveries
):
    tell(flow)
    mailroom.tick(clock.now())
    tell(flow | OVER, flow, {"flow_id": uuid4()})
    mailroom.tick(clock.now())
    assert [one["state"] for one in deliveries()] == ["sending", "pending", "pending", "sending"]

    blocked.set()
    assert mailroom.wait(20)
    send_due()
    kinds = ["works again" in payload["text"] for payload in slack.received]
    assert kinds[2:] == [True, False]


def test_a_problem_that_fails_while_its_recovery_waits_gives_way(
    flow, tell, send_due, slack, mailroom, blocked, states
):
    slack.status = 500
    tell(flow)
    mailroom.tick(clock.now())
    tell(flow | OVER)
    blocked.set()
    send_due()

    assert len(slack.received) == 1
    assert [state for state, _ in states()] == ["merged", "merged"]


@pytest.mark.parametrize("what", ["off", "paused", "of another flow", "of a deployment"])
def test_nothing_recovers(client, make_own, make_channel, tell, send_due, slack, what):
    policy = make_own(make_channel(), recovery=what != "off")["id"]
    flow = {"flow_id": uuid4()}
    tell(flow)
    send_due()
    if what == "paused":
        client.patch(f"/api/headwater/policies/{policy}", json={"is_active": False})
    other = {"of another flow": {"flow_id": uuid4()}, "of a deployment": {"deployment_id": uuid4()}}
    client.patch(f"/api/headwater/policies/{policy}", json={"state_names": ["Failed"]})
    tell(flow | OVER | other.get(what, {}))
    send_due()

    assert len(slack.received) == 1


def test_who_wants_each_state_hears_of_a_completed_run_once(
    make_own, make_channel, tell, send_due, slack
):
    make_own(make_channel())
    flow = {"flow_id": uuid4()}
    tell(flow)
    send_due()
    tell(flow | OVER)
    tell(flow | OVER)
    send_due()

    works_again = ["works again" in payload["text"] for payload in slack.received]
    assert sorted(works_again) == [False, False, True]


def test_it_fails_and_recovers_again(flow, tell, send_due, slack):
    for _ in range(2):
        tell(flow)
        send_due()
        tell(flow | OVER)
        send_due()

    works_again = ["works again" in payload["text"] for payload in slack.received]
    assert works_again == [False, True] * 2


def test_one_statement_where_there_is_nothing_to_say(flow, tell, statements):
    tell(flow)
    statements.clear()
    tell(OVER)

    assert len(statements) == 1


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ((True, True, True), "told"),
        ((False, True, True), "unsure"),
        ((False, False, True), "lost"),
        ((False, False, False), "untried"),
    ],
)
def test_a_recovery_knows_how_its_problem_went(how, problem):
    assert judge(Telling(uuid4(), *how)) == problem


def test_what_comes_later_has_the_higher_number_though_clocks_differ():
    now = clock.now()

    assert number(now + timedelta(microseconds=1)) == number(now) + 1
    assert number(now - LATER, number(now)) == number(now) + 1
