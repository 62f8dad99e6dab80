"""From the outbox to the service: the delivery loop."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from headwater import clock
from headwater.db.session import reading
from headwater.notifications.models import ChannelPause

LATER = timedelta(hours=1)


def outcomes(delivery):
    return [tried["outcome"] for tried in delivery["tries"]]


def test_news_is_told_once(policy, tell, send_due, slack, deliveries):
    tell()
    send_due()
    send_due(clock.now() + LATER)

    (payload,) = slack.received
    assert payload["text"].startswith(
        "The fuzzy-leopard run of the daily-etl flow entered a Failed state at "
    )
    (delivery,) = deliveries()
    (tried,) = delivery["tries"]
    assert (delivery["state"], delivery["attempts"], delivery["reason"]) == ("sent", 1, None)
    assert (tried["outcome"], tried["status"], tried["response"]) == ("sent", 200, "ok")
    assert 0 < tried["duration"] < 5


def test_the_link_opens_the_page_of_the_run(policy, tell, send_due, slack, deliveries):
    tell()
    send_due()

    run = deliveries()[0]["flow_run_id"]
    url = f"http://127.0.0.1:4200/runs/flow-run/{run}"
    assert f"<{url}|" in slack.received[0]["text"]


def test_a_template_is_filled(make_channel, make_policy, tell, send_due, slack):
    make_policy(make_channel(), message_template="{flow_run_name} & {flow_run_state_name}")
    tell()
    send_due()

    assert slack.received[0]["text"].startswith("fuzzy-leopard &amp; Failed\n")


def test_what_fails_for_a_while_is_tried_again_by_the_schedule(
    policy, tell, send_due, slack, deliveries
):
    slack.status, slack.text = 503, "busy"
    tell()
    now = clock.now()
    due = send_due(now)
    assert timedelta(seconds=4) < due - now < timedelta(seconds=9)
    send_due(now + timedelta(seconds=3))
    assert len(slack.received) == 1
    slack.status, slack.text = 200, "ok"
    send_due(now + timedelta(seconds=10))

    (delivery,) = deliveries()
    assert (delivery["state"], outcomes(delivery)) == ("sent", ["failed", "sent"])
    first = delivery["tries"][0]
    assert (first["status"], first["response"]) == (503, "busy")
    assert first["error"] == "Slack answered 503: busy"


def test_what_always_fails_is_given_up_after_nine_attempts(
    policy, tell, send_due, slack, deliveries
):
    slack.status, slack.text = 500, "rollup_error"
    tell()
    now = clock.now()
    for number in range(12):
        send_due(now + number * timedelta(days=1))

    (delivery,) = deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("dead", 9)
    assert delivery["reason"] == "given up after 9 attempts: Slack answered 500: rollup_error"
    assert len(slack.received) == 9


def test_what_cannot_pass_is_given_up_at_once_kept_and_logged(
    policy, tell, send_due, slack, deliveries, caplog
):
    slack.status, slack.text = 404, "no_service"
    tell()
    send_due()

    (delivery,) = deliveries()
    assert (delivery["state"], outcomes(delivery)) == ("dead", ["refused"])
    assert delivery["reason"] == "Slack answered 404: no_service"
    assert f"{delivery['id']} is given up: Slack answered 404: no_service" in caplog.text


def test_what_was_given_up_can_be_sent_again(policy, tell, send_due, slack, deliveries, client):
    slack.status, slack.text = 404, "no_service"
    tell()
    send_due()
    slack.status, slack.text = 200, "ok"
    url = f"/api/headwater/notifications/{deliveries()[0]['id']}/resend"
    assert client.post(url).status_code == 204
    send_due()

    assert outcomes(deliveries()[0]) == ["refused", "sent"]
    answer = client.post(url)
    assert answer.status_code == 409
    assert answer.json == {"detail": "The delivery is sent and cannot be sent again."}


def test_too_many_hold_up_the_whole_channel_and_use_up_no_attempt(
    make_channel, make_policy, tell, send_due, slack, fakes, deliveries
):
    make_policy(make_channel())
    make_policy(make_channel("other", url=fakes.slack + "XXXXXXXX"))
    slack.status, slack.text, slack.headers = 429, "rate_limited", {"Retry-After": "7"}
    tell()
    now = clock.now()
    send_due(now)
    tell({"flow_run_name": "second"})
    send_due(now + timedelta(seconds=6))
    assert len(slack.received) == 1
    assert len(fakes.log()) == 2

    slack.status, slack.text, slack.headers = 200, "ok", {}
    send_due(now + timedelta(seconds=9))
    assert len(slack.received) == 3
    limited = [one for one in deliveries() if "limited" in outcomes(one)]
    assert [outcomes(one) for one in limited] == [["limited", "sent"]]


def test_the_end_of_a_pause_is_when_the_loop_wants_to_be_called(
    policy, tell, send_due, slack, mailroom
):
    slack.status, slack.headers = 429, {"Retry-After": "7"}
    tell()
    now = clock.now()
    send_due(now)
    tell()

    with reading() as session:
        until = session.scalars(select(ChannelPause.until)).one()
    assert mailroom.tick(clock.now()) == pytest.approx(until, abs=timedelta(seconds=1))
    assert timedelta(seconds=7) <= until - now < timedelta(seconds=12)


def test_a_shorter_pause_does_not_end_a_longer_one(policy, tell, send_due, slack):
    for seconds in ("600", "7"):
        with reading() as session:
            paused = session.scalars(select(ChannelPause.until)).first()
        slack.status, slack.headers = 429, {"Retry-After": seconds}
        tell()
        send_due(clock.now())

    with reading() as session:
        assert session.scalars(select(ChannelPause.until)).one() == paused
