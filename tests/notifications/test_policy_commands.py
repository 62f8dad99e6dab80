"""The commands of policies with all that these have, over HTTP to a server."""

import json

import pytest


@pytest.fixture
def headwater(headwater):
    """Run a command of policies; return its exit code and what it said."""
    return lambda *arguments: headwater("policy", *arguments)


def test_a_policy_is_made_changed_paused_and_resumed(headwater, client, make_channel):
    for name in ("ops", "on-call", "mail"):
        make_channel(name)
    client.post("/api/flows/", json={"name": "etl"})
    code, said = headwater(
        *("create", "--name", "nightly", "--channel", "ops", "--channel", "on-call"),
        *(
            "--fallback",
            "mail",
            "--fallback-after",
            "10m",
            "--flow",
            "etl",
            "--tag",
            "a",
            "--tag",
            "b",
            "--all-tags",
        ),
        *("--jinja", "--title", "{{ flow_name }}", "--no-recovery", "--paused"),
    )
    over = "over ops and on-call, else mail after 10m"
    words = f"runs of the flow etl with the tags a and b that enter any state, {over}"
    assert (code, said.split(": ", 1)[1]) == (0, f"{words}.\n")
    policy_id = said.split()[3].rstrip(":")
    assert headwater("ls") == (0, f"{policy_id}  nightly: {words}, paused\n")

    assert headwater("resume", "nightly") == (0, "Resumed the policy nightly.\n")
    assert headwater("pause", policy_id) == (0, f"Paused the policy {policy_id}.\n")
    code, said = headwater(
        "change", "nightly", "--clear", "tags", "--state", "Failed", "--recovery"
    )
    assert said.endswith(f": runs of the flow etl that enter Failed, {over}.\n")
    (found,) = json.loads(headwater("ls", "--json")[1])
    assert (found["recovery"], found["templating"], found["is_active"]) == (True, "jinja", False)
    assert headwater("delete", "nightly", "-y") == (0, "Deleted the policy nightly.\n")


def test_a_policy_groups_and_keeps_quiet_hours(headwater, make_channel):
    make_channel("ops")
    headwater("create", "--name", "n", "--channel", "ops", "--group-by", "flow", "--repeat", "4h")
    quiet = ("--quiet", "22:00-07:00", "--quiet-zone", "Europe/Berlin")
    _, said = headwater("change", "n", *quiet, "--quiet-unless", "error")

    together = "together by flow, repeated each 4h"
    quietly = "quiet 22:00-07:00 Europe/Berlin but for errors"
    assert said.endswith(f"over ops, {together}, {quietly}.\n")
    assert headwater("change", "n", "--clear", "grouping")[1].endswith(f"over ops, {quietly}.\n")


def test_a_preview_says_what_would_be_told_and_why_not(headwater, client, make_channel, make_own):
    make_own(make_channel(), name="mine", state_names=["Failed"], message_template="{flow_name}!")
    flow = client.post("/api/flows/", json={"name": "etl"}).json["id"]
    body = {"flow_id": flow, "name": "fuzzy", "state": {"type": "RUNNING"}}
    run = client.post("/api/flow_runs/", json=body).json["id"]
    code, said = headwater("preview", "mine", "--run", "fuzzy")

    assert code == 0
    link = f"http://127.0.0.1:4200/runs/flow-run/{run}"
    for line in ("Not told: Its state is Running.", "etl / fuzzy: Running", "etl!", link):
        assert line in said.splitlines()
    shown = json.loads(headwater("preview", "mine", "--run", run, "--json")[1])
    assert shown["message"]["body"] == "etl!"
    assert "Over ops (slack-webhook):" in said.splitlines()
    assert '"text": "etl / fuzzy: Running"' in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create"], 2, "Error: Missing option '--channel'."),
        (["create", "--channel", "ops", "--flow", "x"], 1, "Error: there is no flow 'x'; see: "),
        (["change", "mine"], 2, "Error: Give what is to change."),
        (["pause", "other"], 1, "Error: there is no policy 'other'; see: headwater policy ls"),
        (["pause", "twice"], 1, "Error: several policies are called 'twice': give the id"),
    ],
)
def test_what_is_wrong_is_said(headwater, make_channel, make_own, arguments, code, said):
    channel = make_channel()
    for name in ("mine", "twice", "twice"):
        make_own(channel, name=name)
    result = headwater(*arguments)

    assert (result[0], said in result[1]) == (code, True), result
