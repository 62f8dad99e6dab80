"""How channels do while things are sent over them: rests, ends, and who is told."""

from datetime import timedelta
from threading import Event

from headwater import clock
from headwater.db.session import reading
from headwater.errors import DeliveryError
from headwater.notifications import loop
from headwater.notifications.queries import claims as queries
from headwater_slack.channel import SlackWebhook
from tests.waiting import wait_until

URL = "/api/headwater/channels/"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def titles(fakes):
    return [entry["body"]["blocks"][0]["text"]["text"] for entry in fakes.log()]


def states(deliveries):
    return sorted(one["state"] for one in deliveries())


def test_a_channel_is_well_once_something_got_through(policy, tell, send_due, health):
    tell()
    now = clock.now()
    send_due(now)
    found = health()

    assert (found["state"], found["failing_since"], found["waiting"]) == ("healthy", None, 0)
    assert found["last_success"] >= now.isoformat()[:19]


def test_a_channel_that_fails_is_degraded_and_says_why_and_what_waits(
    policy, tell, send_due, health, slack, client
):
    slack.status, slack.text = 503, "busy"
    tell({}, {})
    send_due()
    found = health()

    assert (found["state"], found["reason"]) == ("degraded", "Slack answered 503: busy")
    assert (found["waiting"], found["last_success"]) == (2, None)
    assert found["failing_since"] is not None
    assert found["oldest_due"] is not None
    assert client.post(f"{URL}filter", json={}).json[0]["health"] == found


def test_an_hour_of_500_rests_the_channel_keeps_the_attempts_and_touches_no_other(
    make_channel,
    make_policy,
    tell,
    send_due,
    operated,
    health,
    channel_events,
    slack,
    fakes,
    deliveries,
):
    make_policy(make_channel(), tags=["ill"])
    make_policy(make_channel("well", url=fakes.slack + "XXXXXXXX"), tags=["well"])
    slack.status, slack.text = 500, "rollup_error"
    tell(*[{"tags": ["ill"]}] * 12)
    start = now = clock.now()
    asked = []
    while now < start + HOUR:
        due = send_due(now, operated)
        asked.append((len(slack.received), health()["state"]))
        now = max(due, now + SECOND) if due else now + MINUTE

    # Six or so before it opens, then one after each rest: 30 s, 1, 2, 4, 8 min, and 10 each time.
    assert {state for _, state in asked[1:]} == {"paused"}
    assert 5 + 8 <= len(slack.received) <= 8 + 12
    assert states(deliveries) == ["pending"] * 12 + ["sent"]
    assert max(one["attempts"] for one in deliveries()) < 9
    assert channel_events() == ["degraded"]
    assert [title for title in titles(fakes) if "ops" in title] == ["The channel ops fails"]

    tell(*[{"tags": ["well"]}] * 3)
    send_due(now, operated)
    assert len(fakes.log()) == 4
    assert health("well")["state"] == "healthy"

    slack.status, slack.text = 200, "ok"
    send_due(now + 11 * MINUTE, operated)
    send_due(now + 24 * HOUR, operated)
    assert states(deliveries) == ["sent"] * 17
    assert health()["state"] == "healthy"
    assert channel_events() == ["degraded", "recovered"]
    assert titles(fakes)[-1] == "The channel ops works again"


def test_after_its_rest_one_try_decides(policy, tell, send_due, mailroom, slack, health):
    slack.status = 500
    tell(*[{}] * 20)
    now = clock.now()
    send_due(now)
    tried = len(slack.received)
    send_due(now + 29 * SECOND)
    assert len(slack.received) == tried

    send_due(now + 40 * SECOND)
    assert len(slack.received) == tried + 1
    slack.status = 200
    send_due(now + 3 * HOUR)
    assert health()["state"] == "healthy"
    assert health()["waiting"] == 0


def test_a_try_that_decides_and_whose_process_died_is_made_again(
    policy, tell, send_due, slack, mailroom, monkeypatch, health
):
    slack.status = 500
    tell(*[{}] * 20)
    now = clock.now()
    send_due(now)
    monkeypatch.setattr(mailroom, "_fly", lambda flight: None)
    mailroom.tick(now + MINUTE)
    monkeypatch.undo()
    mailroom._flights.clear()
    mailroom._by_channel.clear()
    with reading() as session:
        assert not queries.has_due(session, now + MINUTE, [])

    slack.status = 200
    send_due(now + 5 * MINUTE)
    assert health()["state"] == "healthy"


def test_too_many_requests_rest_the_channel_and_say_nothing_of_its_health(
    policy, tell, send_due, slack, health, channel_events
):
    slack.status, slack.headers = 429, {"Retry-After": "7"}
    tell(*[{}] * 10)
    now = clock.now()
    for second in range(0, 80, 8):
        send_due(now + second * SECOND)

    assert 10 <= len(slack.received) <= 40
    assert health()["state"] == "healthy"
    assert channel_events() == []


def test_a_channel_that_hangs_is_degraded_and_no_other_waits_for_it(
    make_channel, make_policy, tell, mailroom, fakes, health, monkeypatch
):
    go, real = Event(), SlackWebhook.send

    def send(channel, message, key):
        assert "OTHER" in channel.settings.url.get_secret_value() or go.wait(20)
        real(channel, message, key)

    monkeypatch.setattr(SlackWebhook, "send", send)
    make_policy(make_channel())
    make_policy(make_channel("other", url=fakes.slack + "OTHERXXX"))
    tell({}, {}, {})
    mailroom.tick(clock.now())
    wait_until(lambda: health("other")["waiting"] == 0)
    assert len(fakes.log()) == 3

    monkeypatch.setattr(loop, "LONGEST_TRY", -1.0)
    mailroom.tick(clock.now())
    found = health()
    assert (found["state"], found["waiting"]) == ("degraded", 3)
    assert found["reason"] == "the channel took longer than -1 seconds"
    assert health("other")["state"] == "healthy"
    go.set()
    assert mailroom.wait_for_threads(10)


def test_what_is_gone_is_disabled_at_once_and_nothing_waits_for_it(
    policy, tell, send_due, operated, slack, fakes, health, channel_events, deliveries
):
    slack.status, slack.text = 500, "busy"
    tell({}, {})
    now = clock.now()
    send_due(now, operated)
    slack.status, slack.text = 410, "channel_is_archived"
    tell()
    for seconds in (1, 2):
        send_due(now + seconds * SECOND, operated)

    assert health()["state"] == "disabled"
    assert health()["reason"] == "Slack answered 410: channel_is_archived"
    dead = [one for one in deliveries() if one["state"] == "dead"]
    assert len(dead) == 3
    assert "the channel is disabled: Slack answered 410" in dead[0]["reason"]
    tell()
    send_due(now + 3 * SECOND, operated)
    assert len(slack.received) == 3
    assert channel_events() == ["disabled"]
    assert titles(fakes) == ["The channel ops is disabled"]


def test_the_operators_are_never_told_over_the_ill_channel(
    make_channel, make_policy, tell, send_due, make_mailroom, slack, channel_events
):
    make_policy(make_channel())
    slack.status = 410
    tell()
    mailroom = make_mailroom(notifications_operators_channel="slack/ops")
    send_due(clock.now(), mailroom)

    assert len(slack.received) == 1
    assert channel_events() == ["disabled"]


def test_operators_hear_that_a_channel_fails_before_they_hear_that_it_works_again(
    policy, tell, send_due, operated, slack, fakes, monkeypatch
):
    ill, real = ["The channel ops fails"], SlackWebhook.send

    def send(channel, message, key):
        if message.title in ill:
            ill.clear()
            raise DeliveryError("busy", retry_after=60)
        real(channel, message, key)

    monkeypatch.setattr(SlackWebhook, "send", send)
    slack.status = 500
    tell({}, {}, {})
    now = clock.now()
    send_due(now, operated)
    send_due(now + 3 * SECOND, operated)  # that it fails, before any more goes over it
    assert not ill
    slack.status = 200
    send_due(now + 10 * SECOND, operated)
    assert titles(fakes) == []

    send_due(now + 100 * SECOND, operated)
    assert titles(fakes) == ["The channel ops fails", "The channel ops works again"]


def test_an_operators_channel_that_is_not_there_breaks_nothing(
    policy, tell, send_due, make_mailroom, slack, channel_events, caplog
):
    slack.status = 410
    tell()
    send_due(clock.now(), make_mailroom(notifications_operators_channel="nobody"))

    assert channel_events() == ["disabled"]
    assert "OPERATORS_CHANNEL: There is no channel 'nobody'" in caplog.text


def test_pages_say_what_is_to_be_seen_to_until_it_is_over(policy, tell, send_due, slack, client):
    assert "data-banner" not in client.get("/").text
    slack.status, slack.text = 410, "<gone>"
    tell()
    send_due()
    page = client.get("/").text
    assert "The channel ops is disabled: Slack answered 410: &lt;gone&gt;" in page
    assert "data-banner" not in client.get("/nowhere").text

    slack.status, slack.text = 200, "ok"
    client.post(f"{URL}ops/test")
    assert "data-banner" not in client.get("/").text


def test_a_deleted_channel_leaves_no_health(policy, tell, send_due, slack, client):
    slack.status = 410
    tell()
    send_due()
    tell()
    client.delete(f"{URL}ops")
    send_due()

    assert "data-banner" not in client.get("/").text
