"""`headwater flow-run`, over HTTP to a server."""

from uuid import uuid4

import pytest


@pytest.fixture
def add_run(client):
    flow = client.post("/api/flows/", json={"name": "etl"}).json["id"]

    def add(name, state="RUNNING"):
        body = {"name": name, "flow_id": flow, "state": {"type": state}, "parameters": {"n": 1}}
        return client.post("/api/flow_runs/", json=body).json

    return add


def log(client, run, *messages):
    lines = [
        {
            "name": "prefect.flow_runs",
            "level": 20 + 10 * number,
            "message": message,
            "timestamp": f"2026-11-26T10:00:{number:02}Z",
            "flow_run_id": run["id"],
        }
        for number, message in enumerate(messages)
    ]
    client.post("/api/logs/", json=lines)


def test_runs_are_listed_by_state_and_flow(asking, told, add_run):
    running, failed = add_run("one"), add_run("two", "FAILED")

    assert {run["id"] for run in told("flow-run", "ls")} == {running["id"], failed["id"]}
    assert [run["name"] for run in told("flow-run", "ls", "--state", "failed")] == ["two"]
    both = told("flow-run", "ls", "--state", "Failed", "--state", "Running")
    assert {run["name"] for run in both} == {"one", "two"}
    assert len(told("flow-run", "ls", "--limit", "1")) == 1
    assert told("flow-run", "ls", "--flow", "other") == []
    titles, *rows = asking("flow-run", "ls", "--flow", "etl").stdout.splitlines()
    assert titles.split() == ["ID", "FLOW", "NAME", "STATE", "WHEN"]
    assert {tuple(row.split()[1:4]) for row in rows} == {
        ("etl", "one", "Running"),
        ("etl", "two", "Failed"),
    }


def test_more_runs_than_a_page_has_are_listed(told, add_run):
    for number in range(203):
        add_run(f"run-{number}")

    runs = told("flow-run", "ls", "--limit", "202")

    assert len({run["id"] for run in runs}) == 202


def test_a_list_of_nothing_is_empty_for_scripts(asking):
    done = asking("flow-run", "ls")

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "There are no such flow runs.\n"


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_run_is_shown(asking, told, add_run, by):
    run = add_run("one")

    assert told("flow-run", "inspect", run[by])["id"] == run["id"]
    shown = asking("flow-run", "inspect", run[by]).stdout
    assert f"ID:         {run['id']}\n" in shown
    assert "Flow:       etl\n" in shown
    assert 'Parameters: {"n": 1}\n' in shown


def test_logs_are_shown_in_order_and_no_terminal_obeys_them(asking, told, client, add_run):
    run = add_run("one")
    log(client, run, "first", "\x1b[31mred\nsecond line")

    shown = asking("flow-run", "logs", "one").stdout
    assert "INFO     | prefect.flow_runs - first\n" in shown
    assert "WARNING  | prefect.flow_runs - \\x1b[31mred\nsecond line\n" in shown
    assert [line["level"] for line in told("flow-run", "logs", "one", "--tail", "1")] == [30]
    add_run("silent")
    assert asking("flow-run", "logs", "silent").said == "It has logged nothing.\n"


def test_a_run_is_cancelled(asking, told, add_run):
    add_run("one")

    assert asking("flow-run", "cancel", "one").said == "The run one is Cancelling.\n"
    assert told("flow-run", "inspect", "one")["state_type"] == "CANCELLING"


def test_a_run_that_has_ended_is_not_cancelled(refusal, add_run):
    add_run("one", "COMPLETED")

    line, code = refusal("flow-run", "cancel", "one")

    assert code == 1
    assert line.startswith("the run one was not cancelled: ")
    assert "COMPLETED" in line


def test_a_run_is_deleted_once_somebody_says_so(asking, told, add_run):
    run = add_run("one")

    kept = asking("flow-run", "delete", "one", typed="n\n")
    assert kept.returncode == 1
    assert "Delete the run one, which has not ended, with its task runs" in kept.stderr
    assert told("flow-run", "delete", "one", "-y") == {"deleted": run["id"]}
    assert told("flow-run", "ls") == []


def test_a_run_that_is_not_there_or_not_the_only_one_is_named(refusal, add_run):
    add_run("twin")
    add_run("twin")
    unknown = str(uuid4())

    hint = "see: headwater flow-run ls"
    assert refusal("flow-run", "inspect", "x") == (f"there is no flow run 'x'; {hint}", 1)
    assert refusal("flow-run", "logs", unknown) == (f"there is no flow run '{unknown}'; {hint}", 1)
    assert refusal("flow-run", "cancel", "twin") == (
        "several flow runs are called 'twin': give the id, as `headwater flow-run ls` has it",
        1,
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["inspect"], "Missing argument 'RUN'. See: headwater flow-run inspect --help"),
        (
            ["ls", "--limit", "0"],
            "Invalid value for '--limit': 0 is not in the range x>=1. "
            "See: headwater flow-run ls --help",
        ),
        (["lsss"], "No such command 'lsss'. Did you mean 'ls'? See: headwater flow-run --help"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(refusal, arguments, line):
    assert refusal("flow-run", *arguments) == (line, 2)
