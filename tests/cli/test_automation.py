"""`headwater automation`, over HTTP to a server."""

from uuid import UUID

import pytest

from headwater import clock
from headwater.ids import uuid7
from tests.automations.actions.making import make_event, write_firing


@pytest.fixture
def alarm(client):
    """An automation."""
    trigger = {"posture": "Reactive", "expect": ["order.placed"]}
    body = {"name": "alarm", "trigger": trigger, "actions": [{"type": "cancel-flow-run"}]}
    return client.post("/api/automations/", json=body).json


def test_automations_are_listed(asking, told, alarm):
    assert [one["id"] for one in told("automation", "ls")] == [alarm["id"]]
    titles, row = asking("automation", "ls").stdout.splitlines()
    assert titles.split() == ["NAME", "ENABLED", "TRIGGER", "ACTIONS", "ID"]
    assert row.split() == ["alarm", "yes", "event", "cancel-flow-run", alarm["id"]]


def test_an_automation_is_shown_by_its_name_or_its_id(asking, told, alarm):
    assert told("automation", "inspect", alarm["id"]) == told("automation", "inspect", "alarm")
    shown = asking("automation", "inspect", "alarm").stdout
    assert "Trigger:     Reactive event\n" in shown
    assert "Expects:     order.placed\n" in shown


def test_an_automation_that_did_not_fire_says_so(asking, told, alarm):
    assert told("automation", "firings", "alarm") == []
    done = asking("automation", "firings", "alarm")
    assert (done.stdout, done.stderr) == ("", "It did not fire.\n")


@pytest.mark.parametrize("command", ["inspect", "firings", "replay"])
def test_an_automation_that_is_not_there_is_named(refusal, client, command):
    line, code = refusal("automation", command, "x")

    assert (line, code) == ("there is no automation 'x'; see: headwater automation ls", 1)


def test_automations_of_one_name_are_told_apart_by_their_ids(client, refusal, alarm):
    client.post("/api/automations/", json={k: alarm[k] for k in ("name", "trigger", "actions")})

    line, code = refusal("automation", "inspect", "alarm")
    assert (line.partition(":")[0], code) == ("several automations are called 'alarm'", 1)


def test_one_that_is_gone_has_its_firings_by_its_id(told, client):
    assert told("automation", "firings", str(uuid7())) == []


def test_firings_are_listed_with_what_each_action_came_to(asking, told, alarm):
    channel = {"type": "call-webhook", "block_document_id": alarm["id"], "payload": ""}
    run_id = uuid7()
    event = make_event(f"prefect.flow-run.{run_id}")
    write_firing({"type": "cancel-flow-run"}, channel, automation=UUID(alarm["id"]), event=event)

    ((first, *_),) = [one["actions"] for one in told("automation", "firings", "alarm")]
    assert (first["type"], first["state"]) == ("cancel-flow-run", "pending")
    title, *rows = asking("automation", "firings", "alarm", "--limit", "1").stdout.splitlines()
    assert title.endswith(f", by order.placed of prefect.flow-run.{run_id}")
    assert rows == ["  0  cancel-flow-run: pending", "  1  call-webhook: pending"]


def test_a_replay_says_what_would_have_fired(asking, told, client, alarm):
    event = make_event("prefect.flow-run.1")
    client.post("/api/events", json=[event | {"occurred": clock.now().isoformat()}])

    found = told("automation", "replay", "alarm", "--hours", "1")

    assert (found["fired"], found["whole"]) == (1, True)
    done = asking("automation", "replay", "alarm", "--hours", "1")
    assert done.stdout.endswith(", by order.placed of prefect.flow-run.1\n")
    assert done.stderr == f"Of {found['events']} events it would have fired 1 times.\n"
