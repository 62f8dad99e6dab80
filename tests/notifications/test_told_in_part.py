"""A channel that tells several, of whom some are told later than others, or never."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from headwater import clock
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.notifications.models import Delivery
from headwater.notifications.service import deliveries as service
from headwater.notifications.service.deliveries import CLAIM

ONE, TWO, NOBODY = "+18004242424", "+18004242425", "+15005550001"  # nobody has the last
URL = "/api/headwater/notifications/"
BUSY = {"status": 503, "body": "busy"}
GOOD = {"status": 201, "body": '{"sid": "SM1"}'}
NOW = clock.now() + timedelta(days=1)  # after all that the tests announce


@pytest.fixture
def phones(client, fakes):
    """Make a channel that tells numbers, and return its id."""

    def make(*numbers):
        settings = {
            "account_sid": "AC" + "a" * 32,
            "auth_token": "b" * 32,
            "from_phone_number": "+18001234567",
            "to_phone_numbers": numbers,
            "base_url": fakes.twilio,
        }
        body = {"type": "twilio", "name": "phones", "settings": settings}
        answer = client.post("/api/headwater/channels/", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    return make


@pytest.fixture
def numbers(fakes):
    """Return the numbers that were asked for, by whether they were told, in order."""
    return lambda: [(entry["body"]["To"], entry["status"] == 201) for entry in fakes.log()]


@pytest.fixture
def answer_next(fakes):
    return lambda *answers: fakes.control("twilio", next=list(answers))


@pytest.fixture
def only(deliveries):
    """Return the one delivery that there is."""

    def look():
        (one,) = deliveries()
        return one

    return look


def test_who_could_not_be_told_now_is_told_later_and_nobody_twice(
    phones, make_policy, tell, send_due, numbers, answer_next, only
):
    make_policy(phones(ONE, TWO))
    answer_next(GOOD, BUSY)
    tell()
    send_due(NOW)
    told = only()
    assert told["state"] == "pending"
    assert told["reason"].startswith("1 of 2 numbers were told. +1800***2425: Twilio answered 503")
    assert told["targets"] == {"told": 1, "refused": 0, "left": 1}

    send_due(NOW + timedelta(seconds=10))
    told = only()
    assert (told["state"], told["reason"]) == ("sent", None)
    assert told["targets"] == {"told": 2, "refused": 0, "left": 0}
    assert [each["outcome"] for each in told["tries"]] == ["partly", "sent"]
    assert numbers() == [(ONE, True), (TWO, False), (TWO, True)]


def test_who_never_will_be_told_is_named_at_the_end(
    phones, make_policy, tell, send_due, numbers, answer_next, only, client
):
    make_policy(phones(ONE, NOBODY, TWO))
    answer_next(GOOD, {"status": 400, "body": '{"code": 21211, "message": "wrong"}'}, BUSY)
    tell()
    send_due(NOW)
    assert only()["targets"] == {"told": 1, "refused": 1, "left": 1}
    assert only()["state"] == "pending"

    send_due(NOW + timedelta(seconds=10))
    told = only()
    assert told["state"] == "partly"
    assert (
        told["reason"] == "2 of 3 numbers were told. +1500***0001: Twilio answered 400: 21211 wrong"
    )
    assert told["targets"] == {"told": 2, "refused": 1, "left": 0}
    assert numbers()[3:] == [(TWO, True)]
    filtered = client.post(f"{URL}filter", json={"deliveries": {"state": {"any_": ["partly"]}}})
    assert [one["id"] for one in filtered.json] == [told["id"]]


@pytest.mark.parametrize(
    ("everyone", "again"), [(False, [NOBODY]), (True, [ONE, NOBODY])], ids=["others", "everyone"]
)
@pytest.mark.parametrize("many", [False, True])
def test_what_is_sent_again_is_for_those_who_were_not_told(
    phones, make_policy, tell, send_due, numbers, only, client, everyone, again, many
):
    make_policy(phones(ONE, NOBODY))
    tell()
    send_due(NOW)
    told = only()
    assert told["state"] == "partly"
    before = len(numbers())
    url = f"{URL}resend" if many else f"{URL}{told['id']}/resend"
    until = {"until": (NOW + timedelta(days=1)).isoformat()} if many else {}
    answer = client.post(url, json={"everyone": everyone, **until})
    assert answer.status_code == (200 if many else 204)
    send_due()

    assert [number for number, _ in numbers()[before:]] == again
    assert only()["state"] == "partly"
    assert only()["targets"] == {"told": 1, "refused": 1, "left": 0}


def test_a_schedule_that_ends_leaves_it_told_in_part(
    phones, make_policy, tell, send_due, fakes, answer_next, only
):
    make_policy(phones(ONE, TWO))
    answer_next(GOOD, *[BUSY] * 9)
    tell()
    due = NOW
    while due is not None and only()["state"] == "pending":
        due = send_due(due)

    told = only()
    assert (told["state"], told["attempts"]) == ("partly", 9)
    assert told["reason"].startswith("given up after 9 attempts: 1 of 2 numbers were told. ")
    assert [each["outcome"] for each in told["tries"]] == ["partly", *["failed"] * 8]


def test_what_goes_wrong_with_all_later_forgets_nobody(
    phones, make_policy, tell, send_due, numbers, answer_next, only
):
    make_policy(phones(ONE, TWO))
    denied = {"status": 401, "body": '{"code": 20003, "message": "Authenticate"}'}
    answer_next(GOOD, BUSY, denied)
    tell()
    send_due(NOW)
    send_due(NOW + timedelta(seconds=10))

    told = only()
    assert told["state"] == "partly"
    assert told["reason"] == ("1 of 2 numbers were told. Twilio answered 401: 20003 Authenticate")
    assert told["targets"] == {"told": 1, "refused": 0, "left": 1}


def test_a_process_that_dies_later_has_nobody_told_twice_who_was_before(
    phones, make_policy, tell, send_due, numbers, answer_next, only
):
    make_policy(phones(ONE, TWO))
    answer_next(GOOD, BUSY)
    tell()
    send_due(NOW)
    then = NOW + timedelta(seconds=10)
    assert write(lambda session: service.claim(session, {}, 9, now=then, skip_locked=False))
    send_due(then + CLAIM)

    assert only()["state"] == "sent"
    assert [each["outcome"] for each in only()["tries"]] == ["partly", "unseen", "sent"]
    assert numbers()[2:] == [(TWO, True)]


def test_no_number_is_kept(phones, make_policy, tell, send_due, only):
    make_policy(phones(ONE, NOBODY))
    tell()
    send_due(NOW)

    with reading() as session:
        row = session.execute(select(Delivery.told, Delivery.untold)).one()
    kept = f"{parse(row.told)} {parse(row.untold)} {only()}"
    assert not [number for number in (ONE, NOBODY) if number[1:] in kept]


def test_trouble_with_some_is_no_illness_of_the_channel(
    phones, make_policy, tell, send_due, answer_next, client
):
    channel = phones(ONE, TWO)
    make_policy(channel)
    answer_next(GOOD, *[BUSY] * 9)
    tell()
    send_due(NOW)
    for minutes in (1, 2, 10, 60, 300):
        send_due(NOW + timedelta(minutes=minutes))
    health = client.get(f"/api/headwater/channels/{channel}").json["health"]

    assert health["state"] == "healthy"
    assert health["last_success"]


def test_a_channel_none_of_whose_numbers_can_be_told_is_ill(
    phones, make_policy, tell, send_due, answer_next, client, only
):
    channel = phones(ONE, TWO)
    make_policy(channel)
    answer_next(*[BUSY] * 2)
    tell()
    send_due(NOW)

    assert only()["tries"][0]["outcome"] == "failed"
    assert client.get(f"/api/headwater/channels/{channel}").json["health"]["state"] == "degraded"


def test_those_who_were_told_hear_of_the_recovery(
    phones, make_own, tell, send_due, numbers, answer_next, deliveries
):
    make_own(phones(ONE, TWO), state_names=["Failed"])
    answer_next(GOOD, BUSY)
    flow = {"flow_id": uuid4()}
    tell(flow)
    send_due(NOW)
    tell(flow | {"state_type": "COMPLETED", "state_name": "Completed"})
    send_due(clock.now())

    assert [one["state"] for one in deliveries()] == ["merged", "sent"]
    assert numbers()[2:] == [(ONE, True), (TWO, True)]


def test_a_fallback_is_told_that_not_all_could_be(
    phones, make_own, make_channel, tell, send_due, slack, deliveries
):
    make_own(
        phones(ONE, NOBODY),
        state_names=["Failed"],
        fallback_channel_ids=[make_channel()],
    )
    tell()
    send_due(NOW)
    send_due(NOW + timedelta(minutes=1))

    assert {one["state"] for one in deliveries()} == {"partly", "sent"}
    (said,) = [payload["text"] for payload in slack.received]
    assert "the channel phones could not tell all: 1 of 2 numbers were told. " in said


def test_nobody_told_for_good_is_dead(phones, make_policy, tell, send_due, only):
    make_policy(phones(NOBODY, "+15005550002"))
    tell()
    send_due(NOW)

    assert only()["state"] == "dead"
    assert only()["reason"].startswith("0 of 2 numbers were told. ")
    assert only()["targets"] == {"told": 0, "refused": 2, "left": 0}
