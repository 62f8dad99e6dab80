"""From the outbox through groups: what is held, told together, and merged."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

from sqlalchemy import select

from headwater.db.session import reading, write
from headwater.notifications.models import NewsGroup
from headwater.notifications.service import groups
from tests.notifications.held.looking import (
    GROUPED,
    INTERVAL,
    ONE,
    REPEAT,
    START,
    TWO,
    WAIT,
    find_groups,
    states,
    titles,
)


def test_a_burst_is_told_in_one_message(make, fail, pass_time, slack, deliveries, client):
    make(grouping=GROUPED)
    for number in range(12):
        fail(ONE if number % 2 else TWO, flow_run_name=f"run-{number}")
    assert pass_time(START + WAIT - timedelta(seconds=1)) == START + WAIT
    assert slack.received == []

    pass_time(START + WAIT)
    (payload,) = slack.received
    assert "12 notifications: 12 Failed" in payload["text"]
    assert "2 more" in str(payload)
    *held, digest = sorted(deliveries(), key=lambda one: one["created"])
    assert (digest["state"], {one["state"] for one in held}) == ("sent", {"merged"})
    assert {one["reason"] for one in held} == {f"told with 11 more by {digest['id']}"}
    assert {one["digest_id"] for one in held} == {digest["id"]}
    assert (digest["tells"], digest["flow_name"], held[0]["tells"]) == (12, None, None)
    page = client.get(f"/notifications/delivery/{digest['id']}").text
    assert "12 notifications together" in page
    page = client.get(f"/notifications/delivery/{held[0]['id']}").text
    assert "the message of all" in page


def test_one_alone_is_told_as_it_is(make, fail, pass_time, slack):
    make(grouping=GROUPED)
    fail()
    pass_time(START + WAIT)

    (text,) = titles(slack)
    assert text.startswith("The fuzzy-leopard run of the daily-etl flow entered a Failed state")


def test_later_news_wait_for_the_interval(make, fail, pass_time, slack):
    make(grouping=GROUPED)
    fail()
    told = START + WAIT
    pass_time(told)
    fail(TWO, told + timedelta(seconds=10))

    assert pass_time(told + timedelta(seconds=100)) == told + INTERVAL
    assert len(slack.received) == 1
    pass_time(told + INTERVAL)
    assert len(slack.received) == 2


def test_groups_are_told_apart(make, fail, pass_time, slack):
    make(grouping=GROUPED | {"by": ["flow"]})
    for flow in (ONE, TWO, ONE, TWO):
        fail(flow)
    pass_time(START + WAIT)

    assert ["2 notifications" in text for text in titles(slack)] == [True, True]


def test_what_recovers_before_it_is_told_is_not_told(
    make, fail, complete, pass_time, slack, deliveries
):
    make(grouping=GROUPED)
    fail()
    complete()
    assert pass_time(START + WAIT) is None

    assert slack.received == []
    assert set(states(deliveries)) == {"merged"}
    assert {one["reason"] for one in deliveries()} == {"it recovered before it was told"}
    assert find_groups() == []


def test_what_fails_is_repeated_until_it_recovers(make, fail, complete, pass_time, slack):
    make(grouping=GROUPED)
    fail()
    fail(TWO)
    told = START + WAIT
    assert pass_time(told) == told + REPEAT
    complete(TWO, told + timedelta(minutes=10))
    pass_time(told + timedelta(minutes=11))
    pass_time(told + timedelta(minutes=11) + REPEAT)
    complete(ONE, told + timedelta(hours=2))
    pass_time(told + timedelta(hours=2) + WAIT)

    *first, last = titles(slack)
    assert [text.split(" (")[0].split(", from")[0] for text in first] == [
        "2 notifications: 2 Failed",
        "1 notification: 1 recovered, 1 problem left",
        "Still failing: 1 problem",
    ]
    assert "a Completed state" in last
    assert pass_time(told + timedelta(hours=3)) is None
    assert find_groups() == []


def test_a_group_that_another_process_sees_to_is_told_once(
    make, fail, pass_time, slack, deliveries
):
    make(grouping=GROUPED)
    fail()
    fail(TWO)
    with reading() as session:
        (group_id,) = session.scalars(select(NewsGroup.id)).all()
    due = START + WAIT

    def look():
        return write(lambda session: groups.look(session, group_id, now=due))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(copy_context().run, look) for _ in range(4)]:
            done.result()
    pass_time(due)

    assert len(slack.received) == 1
    assert sorted(states(deliveries)) == ["merged", "merged", "sent"]


def test_what_is_held_is_not_told_once_its_policy_is_deleted(
    make, fail, pass_time, slack, deliveries, client
):
    policy = make(grouping=GROUPED)
    fail()
    assert client.delete(f"/api/flow_run_notification_policies/{policy}").status_code == 204
    assert pass_time(START + WAIT) is None

    assert slack.received == []
    (one,) = deliveries()
    assert (one["state"], one["reason"]) == ("suppressed", groups.DELETED)


def test_each_channel_is_told_what_is_held_for_it(
    make, make_channel, fail, pass_time, slack, deliveries
):
    other = make_channel("other")
    make(grouping=GROUPED, more_channel_ids=[other])
    fail()
    fail(TWO)
    pass_time(START + WAIT)

    assert len(slack.received) == 2
    assert sorted(states(deliveries)) == ["merged"] * 4 + ["sent"] * 2
    for one in deliveries():
        if one["state"] == "merged":
            (by,) = [d for d in deliveries() if d["id"] in one["reason"]]
            assert by["channel_id"] == one["channel_id"]


def test_grouping_costs_one_more_statement(make, fail, statements):
    make(grouping=GROUPED, recovery=False)
    statements.clear()
    fail()

    assert len(statements) == 4
