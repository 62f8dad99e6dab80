"""What is written into the outbox: for which policies, how often, at what cost."""

import pytest
from sqlalchemy import func, select

from headwater import clock
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.notifications import outbox
from headwater.notifications.models import Delivery, Notification


def count_told():
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery))


@pytest.mark.parametrize(
    ("state_names", "tags", "told"),
    [
        ([], [], True),
        (["Failed"], [], True),
        (["Completed", "Failed"], ["daily-etl"], True),
        ([], ["other", "daily-etl"], True),
        ([], ["other"], False),
        (["Completed"], ["daily-etl"], False),
        (["failed"], [], False),
        (["FAILED"], [], False),
        (["Fail%"], [], False),
    ],
)
def test_a_policy_wants_its_states_and_any_of_its_tags(
    make_channel, make_policy, tell, state_names, tags, told
):
    make_policy(make_channel(), state_names, tags)
    tell({"tags": ["daily-etl", "prod"]})

    assert count_told() == told


def test_a_run_without_tags_is_for_policies_without_tags(make_channel, make_policy, tell):
    channel = make_channel()
    make_policy(channel, tags=["x"])
    make_policy(channel)
    tell({"tags": []})

    assert count_told() == 1


@pytest.mark.parametrize("odd", ["quote'\"", "snow ☃", "[]", "back\\slash", "%"])
def test_odd_names_match_as_they_are(make_channel, make_policy, tell, odd):
    make_policy(make_channel(), [odd], [odd])
    tell({"state_name": odd, "tags": [odd]}, {"state_name": odd, "tags": ["other"]})

    assert count_told() == 1


def test_a_policy_that_is_not_active_wants_nothing(make_channel, make_policy, tell):
    make_policy(make_channel(), is_active=False)
    tell()

    assert count_told() == 0


def test_each_policy_that_wants_it_is_told(make_channel, make_policy, tell):
    one, two = make_channel("one"), make_channel("two")
    for channel in (one, two, two):
        make_policy(channel)
    tell()

    assert count_told() == 3


def test_one_statement_when_nobody_wants_it_and_three_else(
    make_channel, make_policy, statements, tell
):
    def count(**changes):
        statements.clear()
        tell(changes)
        return len(statements)

    assert count() == 1

    channel = make_channel()
    for _ in range(3):
        make_policy(channel)
    assert count(state_name="Other") == 1
    assert count() == 3


def test_a_state_takes_one_more_where_there_are_policies_and_three_where_one_wants_it(
    client, make_channel, make_policy, statements
):
    def count(run, state):
        statements.clear()
        body = {"state": {"type": state}}
        answer = client.post(f"/api/flow_runs/{run['id']}/set_state", json=body)
        assert answer.json["status"] == "ACCEPT"
        return len(statements)

    flow = client.post("/api/flows/", json={"name": "daily-etl"}).json
    one, two = (client.post("/api/flow_runs/", json={"flow_id": flow["id"]}).json for _ in range(2))
    assert count(one, "RUNNING") <= 4
    make_policy(make_channel())

    assert count(two, "RUNNING") <= 5
    assert count(two, "FAILED") <= 7
    assert count_told() == 1


def test_what_was_announced_is_not_announced_again(make_news, policy):
    news = make_news()
    for _ in range(2):
        write(lambda session: outbox.announce(session, news, now=clock.now()))

    assert count_told() == 1


def test_what_is_undone_was_never_announced(make_news, policy):
    def fail(session):
        outbox.announce(session, make_news(), now=clock.now())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(fail)
    assert count_told() == 0


def test_the_facts_are_kept_until_they_are_told(make_news, make_channel, make_policy, client):
    policy = make_policy(make_channel(), message_template="{flow_name}")
    news = make_news(parameters={"n": 10**30, "text": "☃"})
    write(lambda session: outbox.announce(session, news, now=clock.now()))
    client.patch(
        f"/api/flow_run_notification_policies/{policy}", json={"message_template": "later"}
    )

    with reading() as session:
        kept = session.scalars(select(Notification)).one()
    assert kept.message_template == "{flow_name}"
    assert parse(kept.news)["parameters"] == {"n": 10**30, "text": "☃"}
