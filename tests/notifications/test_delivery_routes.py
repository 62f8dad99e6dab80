"""The routes by which people look at deliveries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import bindparam, update

from headwater import clock
from headwater.db.session import write
from headwater.notifications.models import Notification

AGE = update(Notification.__table__).values(created=bindparam("then"))
URL = "/api/headwater/notifications/"


@pytest.fixture
def told(make_channel, make_policy, tell, mailroom, slack):
    """One delivery that was sent and one that was given up, of two channels."""
    make_policy(make_channel("good"), ["Failed"])
    make_policy(make_channel("gone", url=f"{slack.url}/gone"), ["Crashed"])
    tell()
    mailroom.tick(clock.now())
    assert mailroom.wait(10)
    slack.status, slack.text = 404, "no_service"
    tell({"state_name": "Crashed", "state_type": "CRASHED"})
    mailroom.tick(clock.now())
    assert mailroom.wait(10)


def found(client, **wanted):
    answer = client.post(f"{URL}filter", json=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_deliveries_are_listed_the_latest_first(client, told):
    assert [one["state"] for one in found(client)] == ["dead", "sent"]
    assert [one["state"] for one in found(client, limit=1, offset=1)] == ["sent"]
    assert found(client, limit=0) == []


def test_each_filter_narrows_the_list(client, told):
    dead, sent = found(client)

    assert found(client, deliveries={"state": {"any_": ["dead"]}}) == [dead]
    assert found(client, deliveries={"state": {"any_": []}}) == []
    for name in ("channel_id", "policy_id", "flow_run_id"):
        assert found(client, deliveries={name: {"any_": [sent[name]]}}) == [sent]
        assert found(client, deliveries={name: {"any_": [str(uuid4())]}}) == []
    both = {"state": {"any_": ["dead"]}, "flow_run_id": {"any_": [sent["flow_run_id"]]}}
    assert found(client, deliveries=both) == []


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": -1},
        {"deliveries": {"x": 1}},
        {"deliveries": {"state": {"any_": ["dead", "deda"]}}},
    ],
)
def test_what_is_out_of_range_or_unknown_is_refused(client, body):
    assert client.post(f"{URL}filter", json=body).status_code == 422


def test_one_delivery_shows_its_tries(client, told):
    dead, _ = found(client)
    shown = client.get(URL + dead["id"]).json

    assert dead.items() <= shown.items()
    (tried,) = shown["tries"]
    assert (tried["number"], tried["outcome"], tried["status"]) == (1, "refused", 404)


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("POST", "/resend")])
def test_an_unknown_delivery_is_not_found(client, method, end):
    answer = client.open(f"{URL}{uuid4()}{end}", method=method)

    assert (answer.status_code, answer.json) == (404, {"detail": "Delivery not found"})


def test_what_waits_for_its_next_try_can_be_sent_at_once(
    client, policy, tell, send_due, slack, deliveries
):
    slack.status, slack.text = 503, "busy"
    tell()
    send_due()
    slack.status, slack.text = 200, "ok"
    assert client.post(f"{URL}{deliveries()[0]['id']}/resend").status_code == 204
    send_due()

    assert deliveries()[0]["state"] == "sent"


def test_a_time_narrows_the_list(client, told):
    dead, sent = found(client)

    since = {"created": {"after_": dead["created"]}}
    assert found(client, deliveries=since) == [dead]
    assert found(client, deliveries={"created": {"before_": sent["created"]}}) == [sent]


def test_each_shows_what_it_is_about(client, told):
    dead, _ = found(client)

    assert (dead["flow_name"], dead["flow_run_name"]) == ("daily-etl", "fuzzy-leopard")
    assert (dead["state_name"], dead["resent"]) == ("Crashed", None)


def test_each_shows_its_channels_name_until_that_is_deleted(client, told):
    dead, sent = found(client)
    assert (dead["channel_name"], sent["channel_name"]) == ("gone", "good")

    client.delete(f"/api/block_documents/{dead['channel_id']}")

    assert [one["channel_name"] for one in found(client)] == [None, "good"]


def test_the_dead_of_a_filter_are_sent_again_some_at_a_time(
    client, make_channel, make_policy, tell, send_due, slack, deliveries
):
    make_policy(make_channel("gone"))
    make_policy(other := make_channel("other"))
    slack.status, slack.text = 404, "no_service"
    tell({}, {}, {})
    send_due()
    gone = {"channel_id": {"any_": [one for one in channels(client) if one != other]}}

    first = client.post(f"{URL}resend", json={"deliveries": gone, "limit": 2}).json
    send_due()  # they are given up anew
    rest = {"deliveries": gone, "limit": 2, "until": first["until"]}
    second = client.post(f"{URL}resend", json=rest).json
    last = client.post(f"{URL}resend", json=rest).json

    assert (first["resent"], first["more"]) == (2, True)
    assert (second["resent"], second["more"]) == (1, False)
    assert (last["resent"], last["more"], last["until"]) == (0, False, first["until"])
    assert sorted(one["attempts"] for one in deliveries()) == [1, 1, 1, 1, 2, 2]


def test_what_is_sent_again_after_days_has_all_its_time(
    client, policy, tell, send_due, slack, deliveries
):
    slack.status, slack.text = 404, "no_service"
    tell()
    send_due()
    (one,) = deliveries()
    write(lambda session: session.execute(AGE, {"then": clock.now() - timedelta(days=3)}))
    assert client.post(f"{URL}{one['id']}/resend").status_code == 204
    slack.status, slack.text = 429, "slow down"
    send_due()

    assert deliveries()[0]["state"] == "pending"


def channels(client):
    return {one["channel_id"] for one in found(client)}
