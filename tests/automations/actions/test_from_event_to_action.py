"""From an event to what is done: the engine writes what the actions read."""

from typing import Any

from flask.testing import FlaskClient

from tests.automations.actions.making import Make

TRIGGER = {"posture": "Reactive", "expect": ["order.placed"], "for_each": ["prefect.resource.id"]}


def test_an_event_makes_a_run_with_what_it_tells(
    client: FlaskClient, deployment: Any, make: Make, tell: Make, settle: Make, act: Make
) -> None:
    parameters = {
        "n": "{{ event.payload.n }}",
        "of": "{{ labels.prefect.resource.id }}, {{ automation.name }}, {{ firing.triggered }}",
    }
    run = {"type": "run-deployment", "deployment_id": deployment["id"], "parameters": parameters}
    again = {"type": "run-deployment", "deployment_id": deployment["id"]}
    again["parameters"] = {"n": "{{ event.event }}"}
    automation = make(TRIGGER, actions=[run], actions_on_trigger=[again])
    settle()
    tell("order.placed")
    settle()
    act()

    runs = client.post("/api/flow_runs/filter", json={}).json
    found = sorted((run["parameters"] for run in runs), key=len)
    assert found[0]["n"] == "prefect.automation.triggered"
    assert found[1] == {"day": "today", "n": 1, "of": found[1]["of"]}
    assert found[1]["of"].startswith("r, watch, 20")
    path = f"/api/headwater/automations/{automation['id']}/firings/filter"
    (firing,) = client.post(path, json={}).json
    assert [one["state"] for one in firing["actions"]] == ["executed", "executed"]
    settle()
    assert len(client.post(path, json={}).json) == 1


def test_compounds_tell_of_all_that_fired_within(
    client: FlaskClient, deployment: Any, make: Make, tell: Make, settle: Make, act: Make
) -> None:
    parts = [{"posture": "Reactive", "expect": [name]} for name in ("a", "b")]
    parameters = {
        "events": "{{ events | map(attribute='event') | list }}",
        "n": "{{ firings | length }}",
    }
    run = {"type": "run-deployment", "deployment_id": deployment["id"], "parameters": parameters}
    trigger = {"type": "compound", "require": "all", "within": 60, "triggers": parts}
    make(trigger, actions=[run])
    settle()
    tell("a", "b")
    settle()
    act()

    (made,) = client.post("/api/flow_runs/filter", json={}).json
    assert set(made["parameters"]["events"]) == {"a", "b"}
    assert made["parameters"]["n"] == 3
