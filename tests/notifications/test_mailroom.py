"""The delivery loop beside others and amid trouble: who has claimed what, and who is waited for."""

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from headwater import clock
from headwater.db.session import reading, write
from headwater.errors import DeliveryError
from headwater.notifications import loop
from headwater.notifications.http import lines
from headwater.notifications.models import Delivery
from headwater.notifications.queries import claims
from headwater.notifications.service import deliveries as service
from headwater.notifications.service import results
from headwater.notifications.service.deliveries import CLAIM, MOST_PER_CHANNEL
from headwater.notifications.service.results import Ended
from headwater.notifications.service.sending import Tried
from headwater_slack.channel import SlackWebhook
from tests.notifications.keeping import keeping_service
from tests.waiting import wait_until


def outcomes(delivery):
    return [tried["outcome"] for tried in delivery["tries"]]


def claim():
    return write(lambda session: service.claim(session, {}, 16, now=clock.now(), skip_locked=False))


def test_a_claim_whose_holder_died_is_taken_over(policy, tell, send_due, slack, deliveries):
    tell()
    claim()
    send_due()
    assert slack.received == []

    send_due(clock.now() + CLAIM)
    assert len(slack.received) == 1
    assert outcomes(deliveries()[0]) == ["unseen", "sent"]


def test_who_lost_its_claim_settles_nothing(policy, tell, send_due, slack, deliveries, caplog):
    tell()
    (lost,) = claim()
    send_due(clock.now() + CLAIM)
    late = Tried(DeliveryError("too late", permanent=True), 0.1)
    ended = Ended(lost, late, clock.now(), jitter=0)
    write(lambda session: results.record(session, [ended]))

    (delivery,) = deliveries()
    assert (delivery["state"], outcomes(delivery)) == ("sent", ["refused", "sent"])
    assert "was taken over before it ended" in caplog.text


def test_nothing_is_claimed_twice(policy, tell):
    tell({}, {}, {})
    first, second = claim(), claim()

    assert (len(first), second) == (3, [])


def test_one_channel_gets_a_few_at_once_and_no_others_wait_for_it(
    make_channel, make_policy, tell, mailroom, blocked, fakes
):
    make_policy(make_channel("slow"))
    tell(*[{}] * 10)
    mailroom.tick(clock.now())
    with reading() as session:
        states = list(session.scalars(select(Delivery.state)))
    assert states.count("sending") == MOST_PER_CHANNEL

    make_policy(make_channel("quick", url=fakes.slack + "XXXXXXXX"))
    tell({"flow_run_name": "other"})
    mailroom.tick(clock.now())
    with reading() as session:
        states = list(session.scalars(select(Delivery.state)))
    assert states.count("sending") == MOST_PER_CHANNEL + 1


def test_a_full_channel_is_looked_at_soon_as_long_as_anything_moves(
    policy, tell, mailroom, blocked
):
    tell(*[{}] * 10)
    assert mailroom.tick(clock.now()) == loop.SOON
    now = clock.now()
    assert mailroom.tick(now) > now
    blocked.set()
    assert mailroom.wait(10)

    assert mailroom.tick(clock.now()) == loop.SOON
    assert mailroom.wait(10)


def test_where_all_senders_are_busy_the_next_look_is_at_once_for_it_waits_itself(
    policy, tell, mailroom, blocked, monkeypatch
):
    monkeypatch.setattr(loop, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(loop, "FEW_AT_ONCE", 1)
    tell(*[{}] * 5)

    assert mailroom.tick(clock.now()) == 0.0
    blocked.set()
    assert mailroom.wait(10)


def test_who_found_as_much_as_there_was_room_for_claims_more_without_a_look_before(
    policy, tell, mailroom, monkeypatch, deliveries
):
    looks = list[int]()
    has_due = claims.has_due
    monkeypatch.setattr(claims, "has_due", lambda *asked: looks.append(1) or has_due(*asked))
    monkeypatch.setattr(loop, "MOST_AT_ONCE", 2)
    tell(*[{}] * 4)
    for count in (1, 1, 2):
        mailroom.tick(clock.now())
        assert mailroom.wait(10)
        assert len(looks) == count

    assert [delivery["state"] for delivery in deliveries()] == ["sent"] * 4


def test_a_channel_that_hangs_is_given_up_on_and_its_end_is_not_counted(
    policy, tell, mailroom, blocked, slack, deliveries, monkeypatch, caplog
):
    tell()
    mailroom.tick(clock.now())
    monkeypatch.setattr(loop, "LONGEST_TRY", -1.0)
    mailroom.tick(clock.now())

    (delivery,) = deliveries()
    assert (delivery["state"], outcomes(delivery)) == ("pending", ["failed"])
    assert "took longer than" in delivery["reason"]
    blocked.set()
    assert mailroom.wait_for_threads(10)
    assert outcomes(deliveries()[0]) == ["failed"]
    assert "ended too late" in caplog.text


def test_a_channel_with_a_fault_is_an_attempt_that_failed(
    policy, tell, send_due, slack, deliveries, monkeypatch, caplog
):
    def fail(channel, message, key):
        raise ZeroDivisionError(channel.settings.url.get_secret_value())

    monkeypatch.setattr(SlackWebhook, "send", fail)
    tell()
    send_due()

    (delivery,) = deliveries()
    assert delivery["state"] == "pending"
    assert delivery["reason"] == "the channel has a fault: ZeroDivisionError"
    assert "ZeroDivisionError: ********" in caplog.text
    assert slack.url not in caplog.text


def test_a_service_that_echoes_the_address_gives_no_secret_away(
    make_channel, make_policy, tell, send_due, slack, deliveries, caplog
):
    canary = "canary-0123456789"
    make_policy(make_channel(url=f"{slack.url}/services/{canary}"))
    slack.status, slack.text = 404, f"no hook at /services/{canary}"
    tell()
    send_due()

    assert canary not in str(deliveries()) + caplog.text
    assert deliveries()[0]["reason"] == "Slack answered 404: no hook at /services/********"


def test_a_channel_that_was_changed_is_told_as_it_is_now(
    make_channel, make_policy, tell, send_due, slack, client
):
    channel = make_channel()
    make_policy(channel)
    tell()
    send_due()
    change = {"data": {"url": f"{slack.url}/elsewhere"}}
    assert client.patch(f"/api/block_documents/{channel}", json=change).status_code == 204

    tell({})
    send_due()

    assert [request.path.endswith("/elsewhere") for request in slack.requests] == [False, True]


def test_a_channel_keeps_its_connection_until_its_block_changes(
    make_channel, make_policy, tell, send_due, client, mailroom, monkeypatch
):
    monkeypatch.setattr(lines, "IDLE", 60.0)  # however busy the machine is
    with keeping_service() as service:
        channel = make_channel(url=service.url)
        make_policy(channel)
        for _ in range(2):
            tell()
            send_due()
        change = {"data": {"url": f"{service.url}elsewhere"}}
        assert client.patch(f"/api/block_documents/{channel}", json=change).status_code == 204
        tell()
        send_due()

        first, second, changed = service.ports
        assert first == second != changed
        wait_until(lambda: first in service.ended)
        assert changed not in service.ended
        mailroom.close(10)
        wait_until(lambda: changed in service.ended)


def test_a_deleted_channel_gives_up_what_is_on_its_way(
    make_channel, make_policy, tell, send_due, slack, deliveries, client
):
    make_policy(make_channel())
    tell()
    assert client.delete("/api/headwater/channels/ops").status_code == 204
    send_due()

    (delivery,) = deliveries()
    assert (delivery["state"], delivery["reason"]) == ("dead", "the channel was deleted")


def test_private_addresses_can_be_refused_by_the_block(
    make_channel, make_policy, tell, send_due, slack, deliveries
):
    make_policy(make_channel(allow_private_urls=False))
    tell()
    send_due()

    assert deliveries()[0]["reason"] == "the address 127.0.0.1 is not allowed"
    assert slack.received == []


def test_a_result_is_kept_once_the_database_is_back(
    policy, tell, mailroom, slack, deliveries, monkeypatch, caplog
):
    real, calls = results.record, []

    def fail_once(*arguments, **named):
        calls.append(arguments)
        if len(calls) == 1:
            raise OperationalError("UPDATE", {}, Exception("gone"))
        real(*arguments, **named)

    monkeypatch.setattr(results, "record", fail_once)
    monkeypatch.setattr(loop, "PAUSE", 0.01)
    tell()
    mailroom.tick(clock.now())
    assert mailroom.wait(10)

    assert outcomes(deliveries()[0]) == ["sent"]
    assert len(slack.received) == 1
    assert "the database is away" in caplog.text


def test_nothing_is_begun_once_it_is_closed(policy, tell, mailroom, slack):
    mailroom.close(1)
    tell()
    mailroom.tick(clock.now())

    assert mailroom.wait(0)
    assert slack.received == []


def test_closing_lets_what_is_being_sent_end(policy, tell, mailroom, blocked, deliveries):
    tell()
    mailroom.tick(clock.now())
    blocked.set()
    mailroom.close(10)

    assert outcomes(deliveries()[0]) == ["sent"]


def test_an_idle_tick_writes_nothing(policy, mailroom, monkeypatch):
    monkeypatch.setattr(loop, "write", lambda _: 1 / 0)

    assert mailroom.tick(clock.now()) is None


def test_each_try_is_counted_by_its_outcome(policy, tell, make_mailroom, send_due, slack):
    counted = []
    slack.status = 503
    tell()
    send_due(mailroom=make_mailroom(counted.append, notifications_limit_rates=False))

    assert counted == ["failed"]
