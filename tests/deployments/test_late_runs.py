"""Late runs of schedules that want only some of them. Time is an argument of the loops."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from headwater.runs.loop import late

Make = Callable[..., Any]
EVERY_10, MINUTE, SECOND = 600, timedelta(minutes=1), timedelta(seconds=1)
LATE_AFTER = timedelta(seconds=15)
NEW = {"User-Agent": "prefect/3.9.1 (API 0.8.4)"}
OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}


@pytest.fixture
def planned(make_deployment: Make, schedule_all: Make, list_runs: Make) -> Make:
    """Plan a schedule of every ten minutes; return its deployment and when the runs are due."""

    def plan(**options: Any) -> tuple[Any, list[datetime]]:
        made = make_deployment(schedules=[{"schedule": {"interval": EVERY_10}} | options])
        schedule_all()
        runs = list_runs()
        return made, [datetime.fromisoformat(run["next_scheduled_start_time"]) for run in runs]

    return plan


@pytest.fixture
def states(list_runs: Make) -> Make:
    """Return the names of the states of the first runs."""
    return lambda number: [run["state_name"] for run in list_runs()[:number]]


@pytest.fixture
def begin(client: FlaskClient) -> Make:
    """Propose a state for a run as who is to run it does; return the answer."""

    def propose(run: Any, kind: str = "PENDING", **body: Any) -> Any:
        path = f"/api/flow_runs/{run['id']}/set_state"
        return client.post(path, json={"state": {"type": kind}} | body).json

    return propose


def test_all_late_runs_are_kept_unless_one_says_otherwise(planned: Make, states: Make) -> None:
    _, dues = planned()

    late.tick(dues[2] + MINUTE, LATE_AFTER)

    assert states(4) == ["Late", "Late", "Late", "Scheduled"]


def test_of_late_runs_the_latest_is_left(
    planned: Make, states: Make, list_runs: Make, events: Callable[[], list[SimpleNamespace]]
) -> None:
    _, dues = planned(late_runs="latest")

    late.tick(dues[2] + MINUTE, LATE_AFTER)

    assert states(4) == ["Skipped", "Skipped", "Late", "Scheduled"]
    first = list_runs()[0]
    assert first["state_type"] == "CANCELLED"
    assert first["state"]["message"] == (
        f"The run was due at {dues[0]:%Y-%m-%d %H:%M:%S} UTC and was to be begun by "
        f"{dues[1]:%Y-%m-%d %H:%M:%S} UTC, as its schedule says."
    )
    told = [event.event for event in events()]
    assert told.count("prefect.flow-run.Skipped") == 2


def test_the_last_that_was_made_is_left_however_late(planned: Make, states: Make) -> None:
    _, dues = planned(late_runs="latest")

    late.tick(dues[-1] + timedelta(days=3), LATE_AFTER)

    assert states(len(dues)) == ["Skipped"] * (len(dues) - 1) + ["Late"]


def test_it_is_skipped_when_the_next_is_due_that_was_made_later(
    planned: Make, states: Make, schedule_all: Make
) -> None:
    _, dues = planned(late_runs="latest")
    schedule_all(later=timedelta(hours=6))

    late.tick(dues[-1] + timedelta(days=3), LATE_AFTER)

    assert states(len(dues)) == ["Skipped"] * len(dues)


def test_none_is_begun_that_is_a_minute_late(planned: Make, states: Make) -> None:
    _, dues = planned(late_runs="none")

    late.tick(dues[0] + MINUTE - SECOND, LATE_AFTER)
    before = states(1)
    late.tick(dues[0] + MINUTE, LATE_AFTER)

    assert (before, states(2)) == (["Late"], ["Skipped", "Scheduled"])


def test_none_is_begun_that_is_older_than_wanted(planned: Make, states: Make) -> None:
    _, dues = planned(late_runs_max_seconds=900)

    late.tick(dues[2] + MINUTE, LATE_AFTER)

    assert states(4) == ["Skipped", "Late", "Late", "Scheduled"]


def test_the_loop_sleeps_until_the_next_is_skipped_or_late(planned: Make) -> None:
    _, dues = planned(late_runs_max_seconds=5)

    assert late.tick(dues[0] - MINUTE, LATE_AFTER) == dues[0] + timedelta(seconds=5)
    assert late.tick(dues[0] - MINUTE, timedelta(seconds=2)) == dues[0] + timedelta(seconds=2)


def test_a_worker_that_comes_before_the_loop_gets_none_that_is_too_late(
    planned: Make, list_runs: Make, begin: Make, age: Make
) -> None:
    planned(late_runs="latest")
    age(timedelta(minutes=35))
    runs = list_runs()

    answers = [begin(run) for run in runs[:3]]

    assert [answer["status"] for answer in answers] == ["REJECT", "REJECT", "ACCEPT"]
    assert [answer["state"]["name"] for answer in answers] == ["Skipped", "Skipped", "Pending"]
    assert answers[0]["details"]["reason"] == answers[0]["state"]["message"]


def test_who_forces_a_run_begins_it_however_late(
    planned: Make, list_runs: Make, begin: Make, age: Make
) -> None:
    planned(late_runs="none")
    age(timedelta(minutes=35))
    run = list_runs()[0]

    assert begin(run, "RUNNING", force=True)["status"] == "ACCEPT"


def test_a_run_that_was_begun_in_time_goes_on(
    planned: Make, list_runs: Make, begin: Make, states: Make
) -> None:
    _, dues = planned(late_runs="latest")
    begin(list_runs()[0])

    late.tick(dues[2] + MINUTE, LATE_AFTER)

    assert states(3) == ["Pending", "Skipped", "Late"]


def test_a_run_that_somebody_gave_another_time_is_not_skipped(
    planned: Make, client: FlaskClient, list_runs: Make, states: Make
) -> None:
    _, dues = planned(late_runs="none")
    run = list_runs()[0]
    later = {"scheduled_time": (dues[0] + timedelta(hours=9)).isoformat()}
    state = {"type": "SCHEDULED", "state_details": later}
    client.post(f"/api/flow_runs/{run['id']}/set_state", json={"state": state})

    late.tick(dues[0] + timedelta(hours=1), LATE_AFTER)

    assert states(2) == ["Scheduled", "Skipped"]


def test_a_change_holds_for_what_is_late_already(
    planned: Make, client: FlaskClient, states: Make, age: Make
) -> None:
    made, _ = planned()
    age(timedelta(minutes=35))
    now = datetime.now(UTC)
    late.tick(now, LATE_AFTER)
    path = f"/api/deployments/{made['id']}/schedules/{made['schedules'][0]['id']}"

    client.patch(path, json={"late_runs": "latest"})
    late.tick(now, LATE_AFTER)

    assert states(3) == ["Skipped", "Skipped", "Late"]


def test_what_is_wanted_again_is_not_skipped(
    planned: Make, client: FlaskClient, states: Make, age: Make
) -> None:
    made, _ = planned(late_runs="none", late_runs_max_seconds=60)
    age(timedelta(minutes=35))
    path = f"/api/deployments/{made['id']}/schedules/{made['schedules'][0]['id']}"

    client.patch(path, json={"late_runs": "all", "late_runs_max_seconds": None})
    late.tick(datetime.now(UTC), LATE_AFTER)

    assert states(3) == ["Late"] * 3


def test_the_only_late_run_stays_where_the_next_was_taken_back(
    planned: Make, client: FlaskClient, states: Make, age: Make
) -> None:
    made, _ = planned(late_runs="latest")
    age(timedelta(minutes=15))
    now = datetime.now(UTC)
    path = f"/api/deployments/{made['id']}/schedules/{made['schedules'][0]['id']}"
    client.patch(path, json={"active": False})

    late.tick(now + timedelta(hours=5), LATE_AFTER)

    assert states(2) == ["Late"]


def test_the_two_fields_are_kept_changed_and_shown(
    make_deployment: Make, client: FlaskClient
) -> None:
    made = make_deployment(schedules=[{"schedule": {"interval": 60}}])
    path = f"/api/deployments/{made['id']}/schedules"

    def read() -> Any:
        (found,) = client.get(path).json
        return found["late_runs"], found["late_runs_max_seconds"]

    def change(**body: Any) -> Any:
        address = f"{path}/{made['schedules'][0]['id']}"
        assert client.patch(address, json=body).status_code == 204
        return read()

    assert read() == ("all", None)
    assert change(late_runs="latest", late_runs_max_seconds=60) == ("latest", 60)
    assert change(late_runs="none") == ("none", 60)
    assert change(late_runs_max_seconds=None) == ("none", None)
    assert change(active=True) == ("none", None)
    added = client.post(path, json=[{"schedule": {"interval": 60}, "late_runs": "latest"}])
    assert added.json[0]["late_runs"] == "latest"


@pytest.mark.parametrize(
    "wrong",
    [
        {"late_runs": "some"},
        {"late_runs_max_seconds": 0},
        {"late_runs_max_seconds": "x"},
        {"late_runs_max_seconds": 1e300},
    ],
)
def test_other_values_are_refused(make_deployment: Make, client: FlaskClient, wrong: Any) -> None:
    made = make_deployment()

    answer = client.post(
        f"/api/deployments/{made['id']}/schedules", json=[{"schedule": {"interval": 60}} | wrong]
    )

    assert answer.status_code == 422
    assert next(iter(wrong)) in str(answer.json)


@pytest.mark.parametrize("headers", [NEW, OLD])
def test_clients_are_shown_neither(
    make_deployment: Make, client: FlaskClient, headers: Any
) -> None:
    made = make_deployment(schedules=[{"schedule": {"interval": 60}, "late_runs": "none"}])
    path = f"/api/deployments/{made['id']}"

    shown = client.get(path, headers=headers).json["schedules"]
    listed = client.get(f"{path}/schedules", headers=headers).json

    assert "late_runs" not in shown[0] | listed[0]
    assert "late_runs_max_seconds" not in shown[0] | listed[0]


def test_a_deploy_of_a_client_keeps_what_was_said(
    make_deployment: Make, client: FlaskClient, flow: Any
) -> None:
    daily = {"schedule": {"cron": "0 3 * * *"}}
    hourly = {"schedule": {"interval": 3600}}
    made = make_deployment(schedules=[daily | {"late_runs": "none"}, hourly])
    body = {"name": "nightly", "flow_id": flow["id"], "schedules": [hourly, daily]}

    client.post("/api/deployments/", json=body, headers=NEW)

    found = client.get(f"/api/deployments/{made['id']}/schedules").json
    late_runs = {"cron" in each["schedule"]: each["late_runs"] for each in found}
    assert late_runs == {True: "none", False: "all"}


def test_a_schedule_that_says_nothing_costs_the_scheduler_nothing(
    planned: Make, schedule_all: Make, statements: list[str]
) -> None:
    planned()
    statements.clear()

    schedule_all(later=timedelta(hours=6))

    assert not [one for one in statements if "skip_at" in one and not one.startswith("INSERT")]
