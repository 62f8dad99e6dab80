"""`headwater deployment schedule`, over HTTP to a server."""

import pytest

HINT = "see: headwater deployment schedule ls etl/daily"


@pytest.fixture
def make(client):
    flow = client.post("/api/flows/", json={"name": "etl"}).json["id"]

    def make(*schedules):
        body = {"name": "daily", "flow_id": flow, "schedules": schedules}
        made = client.post("/api/deployments/", json=body)
        assert made.status_code == 201, made.json
        return made.json["schedules"]

    return make


DAILY = {"schedule": {"cron": "0 6 * * *", "timezone": "UTC"}, "slug": "day", "active": False}
HOURLY = {"schedule": {"interval": 3600}, "slug": "hour", "parameters": {"n": 1}}


def test_schedules_are_listed_with_what_becomes_of_late_runs(asking, told, make):
    make(DAILY, HOURLY | {"late_runs": "latest", "late_runs_max_seconds": 900})

    assert {one["slug"] for one in told("deployment", "schedule", "ls", "etl/daily")} == {
        "day",
        "hour",
    }
    said = asking("deployment", "schedule", "ls", "etl/daily").stdout
    assert "cron 0 6 * * * UTC (off)  all" in said
    assert "every 3600 s UTC          latest, by 900 s at most" in said


def test_a_deployment_without_schedules_has_none_to_list(asking, make):
    make()

    said = asking("deployment", "schedule", "ls", "etl/daily").said
    assert said == "The deployment has no schedules.\n"


def test_what_becomes_of_late_runs_is_said_and_the_rest_stays(told, make):
    hourly, _ = sorted(make(DAILY, HOURLY), key=lambda one: one["slug"] != "hour")
    edit = ("deployment", "schedule", "edit", "etl/daily")

    changed = told(*edit, "hour", "--late-runs", "latest")
    assert (changed["late_runs"], changed["late_runs_max_seconds"]) == ("latest", None)
    changed = told(*edit, hourly["id"], "--late-runs-max-seconds", "60")
    assert (changed["late_runs"], changed["late_runs_max_seconds"]) == ("latest", 60)
    assert changed["parameters"] == {"n": 1}
    changed = told(*edit, "hour", "--clear", "late-runs-max-seconds")
    assert (changed["late_runs"], changed["late_runs_max_seconds"]) == ("latest", None)


def test_the_only_schedule_needs_no_name(asking, make):
    make(HOURLY)

    done = asking("deployment", "schedule", "edit", "etl/daily", "--late-runs", "none")

    assert done.said == "Changed the schedule every 3600 s UTC: late runs: none.\n"


def test_which_of_several_is_meant_has_to_be_said(refusal, make):
    make(DAILY, HOURLY)

    edit = ("deployment", "schedule", "edit", "etl/daily")
    said = "the deployment 'etl/daily' has several schedules: name one"
    assert refusal(*edit, "--late-runs", "none") == (f"{said}; {HINT}", 1)
    said = "there is no schedule 'week' of 'etl/daily'"
    assert refusal(*edit, "week", "--late-runs", "none") == (f"{said}; {HINT}", 1)


def test_there_has_to_be_one(refusal, make):
    make()

    said = refusal("deployment", "schedule", "edit", "etl/daily", "--late-runs", "none")
    assert said == (f"the deployment 'etl/daily' has no schedules; {HINT}", 1)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "Give what is to change."),
        (
            ("--late-runs", "some"),
            "Invalid value for '--late-runs': 'some' is not one of 'all', 'latest', 'none'.",
        ),
        (
            ("--late-runs-max-seconds", "0"),
            "Invalid value for '--late-runs-max-seconds': 0.0 is not in the range x>0.",
        ),
        (
            ("--late-runs-max-seconds", "nan"),
            "Invalid value for '--late-runs-max-seconds': 'nan' is no number.",
        ),
    ],
)
def test_wrong_arguments_are_told_in_one_line(refusal, make, arguments, line):
    make(HOURLY)

    said, code = refusal("deployment", "schedule", "edit", "etl/daily", *arguments)

    assert (said, code) == (f"{line} See: headwater deployment schedule edit --help", 2)
