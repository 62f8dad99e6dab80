"""From an event to what is done: the engine writes what the actions read."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater.automations.loop.triggers import Triggers
from headwater.automations.models import AutomationMemory
from headwater.automations.service.evaluation import Round
from headwater.db.session import reading
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


def test_an_action_on_resolve_is_about_the_event_that_tells_of_that(
    client: FlaskClient, deployment: Any, fire: Make, act: Make, outcomes: Make
) -> None:
    parameters = {"day": "{{ event.event }} at {{ firing.triggering_value }}"}
    action = {"type": "run-deployment", "deployment_id": deployment["id"]}
    ids = fire(action | {"parameters": parameters}, resolved=True, value=0.75)

    act()

    (run,) = client.post("/api/flow_runs/filter", json={}).json
    assert run["parameters"]["day"] == "prefect.automation.resolved at 0.75"
    assert [one["state"] for one in outcomes(ids)] == ["executed"]


def test_what_fired_while_its_automation_was_deleted_is_kept_and_done(
    client: FlaskClient,
    make: Make,
    tell: Make,
    triggers: Triggers,
    settle: Make,
    act: Make,
    firings: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trigger = {"posture": "Reactive", "expect": ["a"], "threshold": 2, "within": 60}
    automation = make(trigger, actions=[{"type": "do-nothing"}])
    settle()
    tell("a", "a")
    evaluate = triggers._evaluate

    def evaluate_meanwhile(now: datetime) -> Round:
        found = evaluate(now)
        monkeypatch.undo()
        client.delete(f"/api/automations/{automation['id']}")
        return found

    monkeypatch.setattr(triggers, "_evaluate", evaluate_meanwhile)
    settle()
    act()
    tell("a", "a")
    settle()

    path = f"/api/headwater/automations/{automation['id']}/firings/filter"
    (firing,) = client.post(path, json={}).json
    assert [one["state"] for one in firing["actions"]] == ["executed"]
    assert len(firings()) == 1
    with reading() as session:
        assert session.scalars(select(AutomationMemory.trigger_id)).all() == []
