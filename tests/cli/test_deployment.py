"""`headwater deployment`, over HTTP to a server."""

import pytest

HINT = "see: headwater deployment ls"


@pytest.fixture
def deployment(client):
    flow = client.post("/api/flows/", json={"name": "etl"}).json["id"]
    schedules = [
        {"schedule": {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}, "active": True},
        {"schedule": {"interval": 3600}, "active": False},
    ]
    body = {"name": "daily", "flow_id": flow, "schedules": schedules, "parameters": {"n": 1}}
    made = client.post("/api/deployments/", json=body)
    assert made.status_code == 201, made.json
    return made.json


def test_deployments_are_listed_with_their_schedules(asking, told, deployment):
    assert [each["id"] for each in told("deployment", "ls")] == [deployment["id"]]
    assert told("deployment", "ls", "--flow", "other") == []
    row = asking("deployment", "ls").stdout.splitlines()[1]
    assert row.startswith("etl/daily  NOT_READY")
    assert "cron 0 6 * * * Europe/Berlin" in row
    assert "every 3600 s" in row
    assert "(off)" in row


def test_a_deployment_is_shown(asking, told, deployment):
    for name in ("etl/daily", deployment["id"]):
        assert told("deployment", "inspect", name)["id"] == deployment["id"]
    shown = asking("deployment", "inspect", "etl/daily").stdout
    assert "Name:        etl/daily\n" in shown
    assert 'Parameters:  {"n": 1}\n' in shown


def test_a_deployment_is_run_with_parameters(asking, told, deployment):
    parameters = ("-p", "n=2", "--param", "day=2026-11-26", "-p", "rows=[1]")
    run = told("deployment", "run", "etl/daily", *parameters, "--run-name", "once")

    assert run["name"] == "once"
    assert run["parameters"] == {"n": 2, "day": "2026-11-26", "rows": [1]}
    assert run["state_type"] == "SCHEDULED"
    assert run["deployment_id"] == deployment["id"]
    said = asking("deployment", "run", "etl/daily").stdout
    assert "To follow it: headwater flow-run inspect " in said


def test_a_deployment_is_paused_and_resumed(asking, told, deployment):
    paused = asking("deployment", "pause", "etl/daily")
    assert paused.said == "Paused the deployment daily.\n"
    assert told("deployment", "inspect", "etl/daily")["paused"] is True
    assert told("deployment", "resume", "etl/daily")["paused"] is False


def test_a_deployment_is_deleted_once_somebody_says_so(asking, told, deployment):
    assert asking("deployment", "delete", "etl/daily", typed="n\n").returncode == 1
    assert told("deployment", "delete", "etl/daily", "-y") == {"deleted": deployment["id"]}
    assert asking("deployment", "ls").said == "There are no deployments.\n"


@pytest.mark.parametrize("name", ["etl/none", "00000000-0000-0000-0000-000000000009"])
@pytest.mark.parametrize("command", ["inspect", "run", "pause", "resume", "delete"])
def test_a_deployment_that_is_not_there_is_named(refusal, deployment, command, name):
    assert refusal("deployment", command, name) == (f"there is no deployment '{name}'; {HINT}", 1)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["inspect", "daily"], "'daily' is no FLOW/NAME and no id."),
        (["run", "etl/daily", "-p", "n"], "'n' is no NAME=VALUE."),
    ],
)
def test_wrong_arguments_are_told_in_one_line(refusal, arguments, line):
    said, code = refusal("deployment", *arguments)

    assert (said, code) == (f"{line} See: headwater deployment {arguments[0]} --help", 2)
