"""Which news are told together and when, by the rules alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from headwater.notifications.channels import Severity
from headwater.notifications.rules.groups import (
    Look,
    Step,
    group_of,
    judge_group,
    place_news,
    place_recovery,
    worst_of,
)
from headwater.notifications.rules.timing import Group
from headwater.notifications.schemas.timing import Grouping, QuietHours

POLICY = UUID(int=7)
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
NIGHT = QuietHours(timezone="UTC", start="22:00", end="07:00")
MORNING = NOW.replace(hour=7)
HALF_A_MINUTE, FIVE_MINUTES = timedelta(seconds=30), timedelta(minutes=5)
GROUPED = Grouping(by=["flow"], repeat=3600)
NOTHING = Look(held=0, oldest=None, worst=Severity.INFO, open_problems=0, told=None)


def held(count=1, age=HALF_A_MINUTE, **more):
    found = {"held": count, "oldest": NOW - age, "worst": Severity.ERROR, "open_problems": 1}
    return replace(NOTHING, **found | more)


@pytest.mark.parametrize(
    ("by", "changes", "together"),
    [
        ([], {"flow_id": uuid4(), "tags": ["other"], "work_pool_id": uuid4()}, True),
        (["flow"], {"flow_run_id": uuid4(), "tags": ["other"]}, True),
        (["flow"], {"flow_id": uuid4()}, False),
        (["deployment"], {"flow_id": uuid4()}, True),
        (["deployment"], {"deployment_id": uuid4()}, False),
        (["work_pool"], {"work_pool_id": uuid4()}, False),
        (["tags"], {"tags": ["prod", "daily-etl", "prod"]}, True),
        (["tags"], {"tags": ["daily-etl"]}, False),
        (["tags"], {"tags": []}, False),
        (["flow", "tags"], {"tags": []}, False),
        (["flow", "tags"], {"deployment_id": uuid4()}, True),
    ],
)
def test_news_are_together_that_are_alike_in_all_that_is_asked_for(
    make_news, by, changes, together
):
    news = make_news(tags=["daily-etl", "prod"], deployment_id=uuid4(), work_pool_id=uuid4())
    grouping = Grouping(by=by)
    one, two = (group_of(POLICY, grouping, each) for each in (news, replace(news, **changes)))

    assert (one.id == two.id) == together
    assert group_of(uuid4(), grouping, news).id != one.id


def test_the_order_of_what_they_are_grouped_by_is_no_matter(make_news):
    news = make_news()
    one, two = (
        group_of(POLICY, Grouping(by=by), news) for by in (["flow", "tags"], ["tags", "flow"])
    )

    assert one == two
    assert one.label == "flow daily-etl, tags daily-etl"


def time(make_news, grouping=None, quiet=None, severity=Severity.ERROR):
    news = make_news(flow_id=UUID(int=1))
    return place_news(POLICY, grouping, quiet, news, severity, now=NOW)


def test_without_grouping_and_quiet_hours_news_are_told_at_once(make_news):
    assert (time(make_news).state, time(make_news).due) == ("pending", NOW)


def test_grouped_news_wait_for_others(make_news):
    timing = time(make_news, GROUPED)

    assert (timing.state, timing.due) == ("held", NOW + HALF_A_MINUTE)
    assert timing.reason == "waits for others of flow daily-etl"


def test_in_quiet_hours_news_wait_for_their_end(make_news):
    timing = time(make_news, None, NIGHT)

    assert (timing.state, timing.due, timing.group.label) == ("held", MORNING, "all news")
    assert timing.reason == "quiet hours until 2026-11-25 07:00 UTC"


def test_in_quiet_hours_news_may_be_dropped(make_news):
    timing = time(make_news, GROUPED, NIGHT.model_copy(update={"then": "drop"}))

    assert (timing.state, timing.group) == ("suppressed", None)
    assert timing.reason == "quiet hours until 2026-11-25 07:00 UTC"


@pytest.mark.parametrize(("grouping", "state"), [(None, "pending"), (GROUPED, "held")])
def test_what_breaks_through_is_told_as_by_day(make_news, grouping, state):
    night = NIGHT.model_copy(update={"breaks_through": "error", "then": "drop"})
    timing = time(make_news, grouping, night)

    assert timing == time(make_news, grouping)
    assert timing.state == state
    assert time(make_news, grouping, night, Severity.WARNING).state == "suppressed"


def test_a_recovery_is_told_as_its_problem_was():
    group = Group(uuid4(), "all news")

    assert place_recovery(None, GROUPED, None, now=NOW).state == "pending"
    assert place_recovery(group, GROUPED, None, now=NOW).due == NOW + HALF_A_MINUTE
    assert place_recovery(group, None, None, now=NOW).due == NOW
    assert place_recovery(group, None, None, now=NOW).state == "held"


@pytest.mark.parametrize("then", ["digest", "drop"])
@pytest.mark.parametrize("group", [None, Group(uuid4(), "all news")])
def test_a_recovery_waits_for_the_end_of_quiet_hours_and_is_never_dropped(then, group):
    night = NIGHT.model_copy(update={"then": then})
    loud = night.model_copy(update={"breaks_through": "error"})

    assert place_recovery(group, None, night, now=NOW).due == MORNING
    assert place_recovery(group, None, loud, now=NOW).due == NOW


def test_what_is_held_is_told_and_repeated_while_it_fails():
    assert judge_group(GROUPED, None, held(), now=NOW) == (Step.TELL, NOW + timedelta(hours=1))

    early = held(0, told=NOW - timedelta(minutes=59))
    assert judge_group(GROUPED, None, early, now=NOW) == (Step.WAIT, NOW + timedelta(minutes=1))
    late = held(0, told=NOW - timedelta(hours=1))
    assert judge_group(GROUPED, None, late, now=NOW) == (Step.REPEAT, NOW + timedelta(hours=1))


def test_without_repetition_a_group_that_fails_waits_for_news():
    once = Grouping()
    told = held(0, told=NOW - FIVE_MINUTES)

    assert judge_group(once, None, held(), now=NOW) == (Step.TELL, NOW + FIVE_MINUTES)
    assert judge_group(once, None, told, now=NOW) == (Step.WAIT, None)


def test_a_group_ends_when_its_problems_and_its_interval_are_over():
    over = replace(NOTHING, told=NOW - timedelta(minutes=1))

    assert judge_group(GROUPED, None, over, now=NOW) == (Step.WAIT, NOW + timedelta(minutes=4))
    assert judge_group(GROUPED, None, over, now=NOW + FIVE_MINUTES) == (Step.END, None)
    assert judge_group(GROUPED, None, NOTHING, now=NOW) == (Step.END, None)
    assert judge_group(None, NIGHT, NOTHING, now=NOW) == (Step.END, None)


def test_what_waited_for_its_group_into_quiet_hours_waits_for_their_end():
    evening = NOW.replace(hour=22)
    look = held(oldest=evening - timedelta(seconds=20))

    assert judge_group(GROUPED, NIGHT, look, now=evening)[0] == Step.WAIT
    assert judge_group(GROUPED, NIGHT, look, now=evening)[1] == MORNING + timedelta(days=1)


@pytest.mark.parametrize("change", [{"breaks_through": "error"}, {"then": "drop"}])
def test_what_is_held_for_its_group_alone_is_told_in_quiet_hours(change):
    night = NIGHT.model_copy(update=change)

    assert judge_group(GROUPED, night, held(), now=NOW)[0] == Step.TELL


def test_quiet_hours_that_last_all_day_have_a_digest_a_day():
    always = QuietHours(timezone="UTC", start="07:00", end="07:00")
    look = held(oldest=MORNING - timedelta(hours=1))

    assert judge_group(None, always, look, now=NOW) == (Step.WAIT, MORNING)
    assert judge_group(None, always, look, now=MORNING) == (Step.TELL, None)


def test_nothing_is_repeated_in_quiet_hours():
    told = held(0, told=NOW - timedelta(hours=2))

    assert judge_group(GROUPED, NIGHT, told, now=NOW) == (Step.WAIT, MORNING)
    assert judge_group(GROUPED, NIGHT, told, now=MORNING)[0] == Step.REPEAT


def test_the_worst_of_several_is_the_groups():
    assert worst_of([]) == Severity.INFO
    assert worst_of([Severity.WARNING, Severity.ERROR, Severity.INFO]) == Severity.ERROR


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"by": ["weather"]}, "by"),
        ({"wait": -1}, "wait"),
        ({"wait": float("nan")}, "wait"),
        ({"interval": 1e9}, "interval"),
        ({"repeat": 0}, "repeat"),
        ({"also": 1}, "also"),
    ],
)
def test_what_is_wrong_is_refused_by_field(change, field):
    with pytest.raises(ValidationError) as caught:
        Grouping(**change)

    assert caught.value.errors()[0]["loc"][0] == field


def test_what_is_repeated_more_often_than_told_is_refused():
    with pytest.raises(ValidationError, match="repeat must not be shorter than interval"):
        Grouping(interval=600, repeat=300)
