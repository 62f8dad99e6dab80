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


def test_a_firing_by_a_metric_says_what_it_was(asking, alarm):
    write_firing(automation=UUID(alarm["id"]), value=1 / 3)

    assert asking("automation", "firings", "alarm").stdout.endswith(", by a metric of 0.3333\n")


@pytest.mark.parametrize(
    ("value", "said"), [(2 / 3, "the metric was 0.6667"), (None, "there was nothing to measure")]
)
def test_a_firing_that_tells_of_an_end_says_so(asking, alarm, value, said):
    write_firing(automation=UUID(alarm["id"]), value=value, resolved=True)

    assert asking("automation", "firings", "alarm").stdout.endswith(f", resolved: {said}\n")


def test_a_metric_is_shown(asking, client):
    metric = {"name": "lateness", "operator": ">", "threshold": 90.5, "range": 3600}
    trigger = {"type": "metric", "metric": metric}
    body = {"name": "tardy", "trigger": trigger, "actions": []}
    client.post("/api/automations/", json=body | {"actions_on_resolve": [{}]})

    shown = asking("automation", "inspect", "tardy").stdout

    assert "Trigger:     metric\n" in shown
    assert "lateness > 90.5 over 3600 s, for 300 s\n" in shown
    assert "On resolve:  do-nothing\n" in shown


def test_a_replay_says_what_would_have_fired(asking, told, client, alarm):
    event = make_event("prefect.flow-run.1")
    client.post("/api/events", json=[event | {"occurred": clock.now().isoformat()}])

    found = told("automation", "replay", "alarm", "--hours", "1")

    assert (found["fired"], found["whole"]) == (1, True)
    done = asking("automation", "replay", "alarm", "--hours", "1")
    assert done.stdout.endswith(", by order.placed of prefect.flow-run.1\n")
    assert done.stderr == f"Of {found['events']} events it would have fired 1 times.\n"


@pytest.mark.parametrize("command", ["replay", "why"])
def test_hours_that_are_no_number_are_refused(refusal, alarm, command):
    line, code = refusal("automation", command, "alarm", "--hours", "nan")

    assert (line.partition(" See:")[0], code) == (
        "Invalid value for '--hours': 'nan' is no number.",
        2,
    )


def test_why_says_what_the_triggers_made_of_each_event(asking, told, client, alarm):
    event = make_event("prefect.flow-run.1") | {"occurred": clock.now().isoformat()}
    client.post("/api/events", json=[event, event | {"id": str(uuid7()), "event": "x"}])

    found = told("automation", "why", "alarm", "--resource", "prefect.flow-run.1")

    assert [one["triggers"][0]["verdict"] for one in found["events"]] == ["fired", "name"]
    first, *rest = asking("automation", "why", "alarm", "--event", event["id"]).stdout.splitlines()
    assert "  order.placed of prefect.flow-run.1: " in first
    assert rest == ["  1  It counted, 1 of 1: the trigger fired."]


def test_why_names_the_actions_of_a_firing(asking, client, alarm):
    event = make_event("r") | {"occurred": clock.now().isoformat()}
    client.post("/api/events", json=[event])
    write_firing({"type": "cancel-flow-run"}, automation=UUID(alarm["id"]), event=event)

    shown = asking("automation", "why", "alarm", "--event", event["id"]).stdout

    assert ": The automation fired, " in shown
    assert shown.endswith("  action 0  cancel-flow-run: pending\n")


def test_why_says_that_there_are_no_events(asking, alarm):
    done = asking("automation", "why", "alarm", "--flow-run", str(uuid7()))

    assert (done.stdout, done.stderr) == ("", "There are no events of it.\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "give one of --flow-run, --event and --resource"),
        (["--event", "x"], "'x' is no id; for what has another: --resource"),
    ],
)
def test_why_is_asked_of_one_thing(refusal, alarm, options, said):
    line, code = refusal("automation", "why", "alarm", *options)

    assert (said in line, code) == (True, 2)
