"""The scheduler: which runs it makes, and that changes leave none behind and double none."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient

from headwater.deployments.loop import tick
from headwater.deployments.rules.plans import Bounds

Make = Callable[..., Any]
EVERY_10 = {"schedule": {"interval": 600}}
HOURLY = {"schedule": {"interval": 3600}}
HOUR = timedelta(hours=1)


def times_of(runs: Any) -> list[datetime]:
    return [datetime.fromisoformat(run["expected_start_time"]) for run in runs]


@pytest.mark.parametrize(("interval", "number"), [(600, 7), (3600, 3), (86_400, 3), (10, 100)])
def test_runs_are_made_ahead_by_number_and_time(
    make_deployment: Make, schedule_all: Make, list_runs: Make, interval: int, number: int
) -> None:
    make_deployment(schedules=[{"schedule": {"interval": interval}}])

    schedule_all()

    due = times_of(list_runs())
    assert abs(len(due) - number) <= 1
    assert {later - one for one, later in pairwise(due)} == {timedelta(seconds=interval)}


def test_a_run_has_what_its_schedule_and_deployment_give_it(
    make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    schedule = HOURLY | {"slug": "often", "parameters": {"y": 3}}
    made = make_deployment(
        schedules=[schedule], parameters={"x": 1, "y": 2}, tags=["a"], version="7"
    )

    schedule_all()

    run = list_runs()[0]
    assert run["auto_scheduled"] is True
    assert (run["state_type"], run["state_name"]) == ("SCHEDULED", "Scheduled")
    assert run["state"]["message"] == "Flow run scheduled"
    assert run["state"]["state_details"]["scheduled_time"] == run["next_scheduled_start_time"]
    assert run["parameters"] == {"x": 1, "y": 3}
    assert run["tags"] == ["auto-scheduled", "a"]
    assert (run["deployment_id"], run["deployment_version"]) == (made["id"], "7")
    (kept,) = made["schedules"]
    assert run["created_by"] == {"id": kept["id"], "type": "SCHEDULE", "display_value": "often"}
    assert run["idempotency_key"].startswith(f"scheduled {made['id']} {kept['id']} ")


def test_to_look_again_makes_nothing_twice(
    make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    make_deployment(schedules=[EVERY_10])
    schedule_all()
    before = [run["id"] for run in list_runs()]

    schedule_all()
    assert [run["id"] for run in list_runs()] == before
    schedule_all(later=HOUR)

    after = list_runs()
    assert [run["id"] for run in after][: len(before)] == before
    assert len(set(times_of(after))) == len(after) > len(before)


def test_it_sleeps_until_something_is_due(make_deployment: Make, schedule_all: Make) -> None:
    assert schedule_all() is None
    make_deployment(schedules=[HOURLY])

    schedule_all()
    next_look = schedule_all()

    assert next_look is not None
    assert next_look > datetime.now(UTC) + timedelta(seconds=1)


def test_a_busy_schedule_starves_no_other(
    make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    make_deployment(
        schedules=[
            {"schedule": {"interval": 60}, "slug": "busy"},
            {"schedule": {"interval": 86_400 * 30}, "slug": "rare"},
        ]
    )

    schedule_all()

    makers = [run["created_by"]["display_value"] for run in list_runs(limit=200)]
    assert makers.count("rare") >= 3
    assert makers.count("busy") >= 60


def test_nothing_is_made_past_the_horizon_and_all_when_it_comes_near(
    make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    year = (datetime.now(UTC) + timedelta(days=200)).replace(microsecond=0)
    interval = {"interval": 86_400 * 365, "anchor_date": year.isoformat()}
    make_deployment(schedules=[{"schedule": interval}])

    schedule_all()
    assert list_runs() == []
    next_look = schedule_all()
    assert next_look is not None
    assert abs(next_look - (year - timedelta(days=100))) < timedelta(minutes=1)
    schedule_all(later=timedelta(days=101))

    assert times_of(list_runs()) == [year]


@pytest.mark.parametrize("what", ["schedule", "deployment", "again"])
def test_a_change_takes_back_what_was_made_and_it_is_made_anew(
    client: FlaskClient, make_deployment: Make, schedule_all: Make, list_runs: Make, what: str
) -> None:
    made = make_deployment(schedules=[EVERY_10])
    schedule_all()
    before = {run["id"] for run in list_runs()}
    url = f"/api/deployments/{made['id']}"

    if what == "schedule":
        (kept,) = made["schedules"]
        client.patch(f"{url}/schedules/{kept['id']}", json={"parameters": {"z": 1}})
    elif what == "deployment":
        client.patch(url, json={"parameters": {"z": 1}})
    else:
        make_deployment(schedules=[EVERY_10], parameters={"z": 1})

    now = datetime.now(UTC)
    assert [one for one in times_of(list_runs()) if one > now] == []
    schedule_all()
    after = [run for run in list_runs() if run["id"] not in before]
    assert len(after) >= 6
    assert all(run["parameters"] == {"z": 1} for run in after)
    due = times_of(list_runs())
    assert len(set(due)) == len(due)


@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Auckland", "UTC"])
def test_a_rule_without_a_beginning_is_due_at_once_however_often_it_is_deployed(
    make_deployment: Make, schedule_all: Make, list_runs: Make, zone: str
) -> None:
    schedule = {"schedule": {"rrule": "FREQ=MINUTELY;INTERVAL=60", "timezone": zone}}

    for _ in range(2):
        make_deployment(schedules=[schedule])
        schedule_all()

        due = times_of(list_runs())
        assert due[0] <= datetime.now(UTC) + HOUR
        assert {later - one for one, later in pairwise(due)} == {HOUR}


def test_a_run_that_was_begun_is_not_made_again_by_the_schedule_that_replaces_its_own(
    client: FlaskClient, make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    anchor = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    schedule = {"schedule": {"interval": 3600, "anchor_date": anchor}}
    make_deployment(schedules=[schedule])
    schedule_all()
    first = list_runs()[0]
    state = {"state": {"type": "PENDING"}}  # a worker takes it a little before its time
    client.post(f"/api/flow_runs/{first['id']}/set_state", json=state)

    make_deployment(schedules=[schedule])
    schedule_all()

    due = times_of(list_runs())
    assert len(set(due)) == len(due) >= 3
    assert list_runs()[0]["id"] == first["id"]


def test_two_schedules_have_a_run_each_at_the_same_time(
    make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    anchored = {"interval": 3600, "anchor_date": "2026-01-01T00:00:00Z"}
    make_deployment(
        schedules=[
            {"schedule": anchored, "slug": slug, "parameters": {"who": slug}} for slug in "ab"
        ]
    )

    schedule_all()

    first, second = list_runs()[:2]
    assert first["expected_start_time"] == second["expected_start_time"]
    assert {run["parameters"]["who"] for run in (first, second)} == {"a", "b"}


def test_a_paused_deployment_has_no_runs_ahead_until_it_goes_on(
    client: FlaskClient, make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    made = make_deployment(schedules=[HOURLY])
    url = f"/api/deployments/{made['id']}"
    client.post(f"{url}/create_flow_run", json={"name": "asked for"})
    schedule_all()

    assert client.post(f"{url}/pause_deployment").json is None
    assert [run["name"] for run in list_runs()] == ["asked for"]
    assert schedule_all() is None
    assert client.post(f"{url}/resume_deployment").json is None
    schedule_all()

    assert len(list_runs()) >= 4
    gone = client.post("/api/deployments/00000000-0000-0000-0000-000000000000/pause_deployment")
    assert (gone.status_code, gone.json) == (404, {"detail": "Deployment not found"})


def test_an_inactive_schedule_makes_none_and_a_removed_one_takes_its_runs_along(
    client: FlaskClient, make_deployment: Make, schedule_all: Make, list_runs: Make
) -> None:
    made = make_deployment(
        schedules=[HOURLY | {"active": False, "slug": "off"}, HOURLY | {"slug": "on"}]
    )
    schedule_all()
    assert {run["created_by"]["display_value"] for run in list_runs()} == {"on"}
    on = next(one for one in made["schedules"] if one["slug"] == "on")

    client.delete(f"/api/deployments/{made['id']}/schedules/{on['id']}")
    schedule_all()

    assert list_runs() == []


def test_runs_of_a_time_are_made_on_demand_even_of_the_past(
    client: FlaskClient, make_deployment: Make, list_runs: Make
) -> None:
    schedule = {"cron": "0 0 * * *"}
    made = make_deployment(schedules=[{"schedule": schedule}], paused=True)
    url = f"/api/deployments/{made['id']}/schedule"
    body = {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-05T00:00:00Z"}

    for _ in range(2):
        response = client.post(url, json=body | {"min_runs": 10, "max_runs": 50})
        assert (response.status_code, response.json) == (200, None)

    assert [f"{due:%d}" for due in times_of(list_runs())] == ["01", "02", "03", "04", "05"]
    unknown = url.replace(made["id"], "00000000-0000-0000-0000-000000000000")
    assert client.post(unknown, json={}).status_code == 200


def test_a_time_at_the_calendars_end_has_no_runs(
    client: FlaskClient, make_deployment: Make, list_runs: Make
) -> None:
    made = make_deployment(schedules=[{"schedule": {"cron": "0 0 * * *"}}])
    url = f"/api/deployments/{made['id']}/schedule"
    last = "9999-12-31T23:00:00Z"

    assert client.post(url, json={"start_time": last}).status_code == 200
    assert client.post(url, json={"end_time": "0001-01-01T00:00:00Z"}).status_code == 200
    assert client.post(url, json={"start_time": last, "end_time": last}).status_code == 200
    assert list_runs() == []


def test_no_run_is_doubled_when_the_clock_is_put_back(
    make_deployment: Make, list_runs: Make
) -> None:
    make_deployment(schedules=[{"schedule": {"cron": "30 2 * * *", "timezone": "Europe/Berlin"}}])
    before = datetime(2040, 10, 27, 12, tzinfo=UTC)  # on the 28th 02:30 comes twice

    for hours in (0, 24, 48):
        tick(before + timedelta(hours=hours), Bounds())

    due = [time for time in times_of(list_runs()) if time.year == 2040]
    assert [f"{time:%d %H:%M}" for time in due[:3]] == ["28 00:30", "29 01:30", "30 01:30"]
    assert len(set(due)) == len(due)
