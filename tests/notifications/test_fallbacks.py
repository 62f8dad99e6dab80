"""Where a channel gives up, the next of the policy's fallbacks is told, and why."""

import pytest

from headwater import clock


@pytest.fixture
def send_all(send_due):
    """Send what is due, and what follows from that."""

    def send():
        for _ in range(3):
            send_due()

    return send


@pytest.fixture
def gone(slack):
    slack.status, slack.text = 404, "no_service"


def test_the_next_that_works_is_told_and_why(
    gone, make_channel, pager, make_own, tell, send_all, fakes, deliveries
):
    ops, second, unused = map(make_channel, ("ops", "second", "unused"))
    make_own(ops, fallback_channel_ids=[second, pager, unused])
    tell()
    send_all()

    states = {one["channel_id"]: one["state"] for one in deliveries()}
    assert states == {ops: "dead", second: "dead", pager: "sent"}
    (request,) = fakes.log()
    assert "(Told here since the channel second could not be reached: Slack" in str(request)


def test_two_that_give_up_have_one_fallback(
    gone, make_channel, pager, make_own, tell, send_all, deliveries
):
    make_own(make_channel("one"), make_channel("two"), fallback_channel_ids=[pager])
    tell()
    send_all()

    assert sorted(one["state"] for one in deliveries()) == ["dead", "dead", "sent"]


def test_the_end_of_the_chain_is_the_end(gone, make_channel, make_own, tell, send_all, deliveries):
    one, two = make_channel("one"), make_channel("two")
    make_own(one, fallback_channel_ids=[two])
    tell()
    send_all()

    assert [one["state"] for one in deliveries()] == ["dead", "dead"]


def test_what_is_tried_again_has_no_fallback_yet(
    slack, make_channel, pager, make_own, tell, send_due, deliveries
):
    slack.status = 500
    make_own(make_channel(), fallback_channel_ids=[pager])
    tell()
    send_due(clock.now())

    assert [one["state"] for one in deliveries()] == ["pending"]
