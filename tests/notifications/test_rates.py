"""How fast messages go: buckets by the rule, and over channels."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from headwater import clock
from headwater.api import Quota, Rate
from headwater.db.session import reading
from headwater.notifications.models import ChannelHealth, RateBucket
from headwater.notifications.rules.rates import Bucket
from headwater_slack.channel import SlackWebhook

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def drain(bucket):
    count = 0
    while (left := bucket.without_one()) is not None:
        bucket, count = left, count + 1
    return bucket, count


def test_a_burst_and_then_as_many_as_the_rate_says_go():
    rate = Rate(2, burst=5)
    bucket, first = drain(Bucket(5, NOW))
    counts = []
    for second in range(1, 4):
        bucket, count = drain(bucket.filled(rate, NOW + second * SECOND))
        counts.append(count)

    assert (first, counts) == (5, [2, 2, 2])


def test_a_rest_gives_no_more_than_the_burst():
    assert Bucket(0, NOW).filled(Rate(1, burst=3), NOW + timedelta(days=1)).tokens == 3


def test_a_clock_that_goes_back_takes_nothing_and_gives_nothing():
    bucket = Bucket(1, NOW).filled(Rate(1), NOW - SECOND)
    assert bucket == Bucket(1, NOW)


@pytest.mark.parametrize("per_second", [1 / 3, 0.1, 1, 7])
def test_at_the_time_of_the_next_token_there_is_one(per_second):
    rate = Rate(per_second)
    bucket, _ = drain(Bucket(1.7, NOW))

    assert bucket.filled(rate, bucket.next_token(rate)).without_one() is not None


@pytest.mark.parametrize(("count", "seconds", "burst"), [(100, 3600, 50), (20, 60, 4)])
def test_in_no_span_of_time_go_more_than_are_allowed(count, seconds, burst):
    rate = Rate.at_most(count, seconds, burst=burst)
    bucket, times, now = Bucket(burst, NOW), [], NOW
    while now < NOW + 3 * timedelta(seconds=seconds):
        bucket, number = drain(bucket.filled(rate, now))
        times += [now] * number
        now = bucket.next_token(rate)

    assert times[:burst] == [NOW] * burst
    span = timedelta(seconds=seconds)
    most = max(sum(start <= one < start + span for one in times) for start in times)
    assert count - 1 <= most <= count


@pytest.fixture
def metered(make_mailroom):
    return make_mailroom()


def test_a_channel_gets_no_more_than_its_kind_may_and_others_flow(
    make_channel, make_policy, tell, send_due, metered, slack, fakes
):
    make_policy(make_channel(), tags=["a"])
    make_policy(make_channel("other", url=fakes.slack + "XXXXXXXX"), tags=["b"])
    tell(*[{"tags": ["a", "b"]}] * 3)
    now = clock.now()
    send_due(now, metered)  # by which the channels' meters are known
    assert len(slack.received) == 3

    tell(*[{"tags": ["a"]}] * 20)
    due = send_due(now + 10 * SECOND, metered)
    assert len(slack.received) == 3 + SlackWebhook.rate.burst
    assert due - (now + 10 * SECOND) == pytest.approx(SECOND, abs=SECOND / 10)

    tell({"tags": ["b"]})
    send_due(now + 10 * SECOND, metered)
    assert len(fakes.log()) == 4
    send_due(due, metered)
    assert len(slack.received) == 4 + SlackWebhook.rate.burst


def test_channels_of_one_account_share_its_rate(
    make_channel, make_policy, tell, send_due, metered, slack, monkeypatch
):
    monkeypatch.setattr(SlackWebhook, "account", lambda channel: "a secret")
    for name in ("one", "two"):
        make_policy(make_channel(name))
    tell()
    now = clock.now()
    send_due(now, metered)
    tell(*[{}] * 20)
    send_due(now + SECOND, metered)

    assert len(slack.received) == 2 + SlackWebhook.rate.burst
    with reading() as session:
        (key,) = session.scalars(select(RateBucket.key))
        assert session.scalar(select(func.count()).select_from(ChannelHealth)) == 2
    assert "secret" not in key


def test_a_message_goes_once_all_quotas_allow_it(
    make_channel, make_policy, tell, send_due, metered, slack, monkeypatch
):
    quotas = [Quota(Rate(4)), Quota(Rate.at_most(8, 3600, burst=6)), Quota(Rate(50, burst=50), "a")]
    monkeypatch.setattr(SlackWebhook, "quotas", lambda channel: quotas)
    make_policy(make_channel())
    tell()
    now = clock.now()
    send_due(now, metered)  # by which the meter is known
    tell(*[{}] * 20)
    send_due(now + SECOND, metered)
    assert len(slack.received) == 1 + 4

    due = send_due(now + 2 * SECOND, metered)
    assert len(slack.received) == 1 + 6
    assert due - now > timedelta(minutes=20)
    send_due(due, metered)
    assert len(slack.received) == 1 + 7
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(RateBucket)) == 3


def test_a_quota_is_shared_and_another_is_not(
    make_channel, make_policy, tell, send_due, metered, slack, monkeypatch
):
    quotas = [Quota(Rate(0.001, burst=3)), Quota(Rate(0.001, burst=5), "all")]
    monkeypatch.setattr(SlackWebhook, "quotas", lambda channel: quotas)
    for name in ("one", "two"):
        make_policy(make_channel(name))
    tell()
    now = clock.now()
    send_due(now, metered)
    tell(*[{}] * 9)
    send_due(now + SECOND, metered)

    assert len(slack.received) == 2 + 5


def test_no_rate_holds_where_the_setting_says_so(policy, tell, send_due, slack):
    tell()
    send_due()
    tell(*[{}] * 20)
    send_due()

    assert len(slack.received) == 21
