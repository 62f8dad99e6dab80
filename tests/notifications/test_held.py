"""From the outbox through groups and quiet hours: what is held, told, merged and dropped."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from headwater import clock
from headwater.db.session import reading, write
from headwater.notifications import outbox
from headwater.notifications.loop import groups as loop
from headwater.notifications.models import FlowRunNotificationPolicy, NewsGroup
from headwater.notifications.service import groups

WAIT, INTERVAL, REPEAT = (timedelta(seconds=s) for s in (30, 300, 3600))
GROUPED = {"by": [], "wait": 30, "interval": 300, "repeat": 3600}
ONE, TWO = uuid4(), uuid4()  # flows
START = clock.now()


def night(begins, ends, **more):
    """Quiet hours from one time to the other, both within a day of now."""
    return {"timezone": "UTC", "start": f"{begins:%H:%M}", "end": f"{ends:%H:%M}", **more}


@pytest.fixture
def make(make_channel, make_policy):
    """Make a policy, with recoveries unless told otherwise, and return its id."""

    def make_one(channel=None, **values):
        policy = make_policy(channel or make_channel())
        statement = update(FlowRunNotificationPolicy).where(
            FlowRunNotificationPolicy.id == UUID(policy)
        )
        values = {"recovery": True} | values
        write(lambda session: session.execute(statement.values(**values)))
        return policy

    return make_one


@pytest.fixture
def fail(make_news):
    """Announce news of a flow at a time."""

    def announce(flow=ONE, now=START, **changes):
        news = make_news(flow_id=flow, **changes)
        write(lambda session: outbox.announce(session, news, now=now))

    return announce


@pytest.fixture
def complete(fail):
    def announce(flow=ONE, now=START):
        fail(flow, now, state_type="COMPLETED", state_name="Completed")

    return announce


@pytest.fixture
def pass_time(send_due):
    """Let the loops do what is due at a time; return when the next group is."""

    def go(now):
        due = loop.tick(now)
        send_due(now)
        return due

    return go


def find_groups():
    with reading() as session:
        return session.execute(select(NewsGroup.__table__)).all()


def titles(slack):
    return [payload["text"].split("\n")[0] for payload in slack.received]


def states(deliveries):
    return [one["state"] for one in deliveries()]


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


@pytest.fixture
def quiet():
    """Quiet hours that end in an hour or two."""
    return night(START - timedelta(hours=1), START + timedelta(hours=2))


@pytest.fixture
def morning():
    return (START + timedelta(hours=2)).replace(second=0, microsecond=0)


def test_quiet_hours_end_with_one_digest(make, fail, pass_time, slack, deliveries, quiet, morning):
    make(quiet_hours=quiet)
    for number in range(3):
        fail(ONE, START + timedelta(minutes=number))
    assert pass_time(morning - timedelta(seconds=1)) == morning
    assert slack.received == []
    assert {one["reason"] for one in deliveries()} == {
        f"quiet hours until {morning:%Y-%m-%d %H:%M} UTC"
    }
    assert {one["due"] for one in deliveries()} == {f"{morning:%Y-%m-%dT%H:%M:%SZ}"}

    pass_time(morning)
    (text,) = titles(slack)
    assert text.startswith("3 notifications: 3 Failed, from ")
    assert text.endswith("in quiet hours")


def test_in_quiet_hours_what_is_dropped_is_in_the_ledger_with_the_reason(
    make, fail, complete, pass_time, slack, deliveries, quiet, morning
):
    make(quiet_hours=quiet | {"then": "drop"})
    fail()
    complete(now=morning)
    assert pass_time(morning) is None

    assert slack.received == []
    (one,) = deliveries()
    assert (one["state"], one["reason"]) == (
        "suppressed",
        f"quiet hours until {morning:%Y-%m-%d %H:%M} UTC",
    )


def test_what_is_bad_enough_is_told_in_quiet_hours(make, fail, pass_time, slack, deliveries, quiet):
    make(quiet_hours=quiet | {"breaks_through": "error"}, state_names=[])
    fail(state_type="CANCELLED", state_name="Cancelled")
    fail()
    pass_time(START)

    assert "Failed" in titles(slack)[0]
    assert sorted(states(deliveries)) == ["held", "sent"]


def test_a_recovery_after_a_digest_closes_what_the_digest_opened(
    make, fail, complete, pass_time, slack, quiet, morning
):
    make(quiet_hours=quiet)
    fail()
    fail(TWO)
    pass_time(morning)
    complete(ONE, morning + timedelta(hours=1))
    pass_time(morning + timedelta(hours=1))
    complete(TWO, morning + timedelta(hours=2))
    assert pass_time(morning + timedelta(hours=2)) is None

    *first, last = titles(slack)
    assert [text.split(" (")[0].split(", from")[0] for text in first] == [
        "2 notifications: 2 Failed",
        "1 notification: 1 recovered, 1 problem left",
    ]
    assert "a Completed state" in last
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


def test_a_zone_that_this_machine_does_not_know_keeps_nothing_from_being_told(
    make, fail, pass_time, slack, quiet, caplog
):
    make(quiet_hours=quiet | {"timezone": "Mars/Olympus"})
    fail()
    pass_time(START)

    assert len(slack.received) == 1
    assert "Mars/Olympus" in caplog.text


OWN = "/api/headwater/policies/"


def test_what_is_held_is_looked_at_by_what_its_policy_says_now(
    make, fail, pass_time, slack, quiet, morning, client
):
    policy = make(quiet_hours=quiet)
    fail()
    later = quiet | {"end": f"{morning + timedelta(hours=1):%H:%M}"}
    client.patch(OWN + policy, json={"quiet_hours": later})
    assert pass_time(clock.now()) == morning + timedelta(hours=1)
    assert slack.received == []

    assert client.patch(OWN + policy, json={"quiet_hours": None}).json["quiet_hours"] is None
    pass_time(clock.now())
    assert len(slack.received) == 1


@pytest.mark.parametrize("values", [{"grouping": GROUPED}, {"quiet_hours": "drop"}])
def test_what_is_held_or_dropped_can_be_sent_at_once(
    make, fail, pass_time, slack, deliveries, quiet, client, values
):
    make(**({"quiet_hours": quiet | {"then": "drop"}} if "quiet_hours" in values else values))
    fail()
    url = f"/api/headwater/notifications/{deliveries()[0]['id']}/resend"

    assert client.post(url).status_code == 204
    pass_time(clock.now() + WAIT)
    assert len(slack.received) == 1
    assert states(deliveries) == ["sent"]


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"grouping": {"by": ["weather"]}}, ["grouping", "by", 0], "'flow'"),
        ({"grouping": {"repeat": 600}, "recovery": False}, [], "repeat needs recovery"),
        (
            {"quiet_hours": {"timezone": "UTC", "start": "22:00"}},
            ["quiet_hours", "end"],
            "required",
        ),
        (
            {"quiet_hours": {"timezone": "Mars", "start": "22:00", "end": "07:00"}},
            ["quiet_hours", "timezone"],
            'Invalid timezone: "Mars"',
        ),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_wrong_is_refused_by_field(
    client, make_channel, make, change, place, words, method
):
    channel = make_channel()
    url = OWN if method == "POST" else OWN + make(channel)
    body = change if method == "PATCH" else {"channel_ids": [channel], **change}
    answer = client.open(url, method=method, json=body)

    assert answer.status_code == 422
    (detail,) = answer.json["exception_detail"]
    assert detail["loc"] == ["body", *place]
    assert words in detail["msg"]
