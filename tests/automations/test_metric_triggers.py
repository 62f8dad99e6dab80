"""When metric triggers fire and resolve, and what is kept of that, on both databases."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from headwater import clock
from headwater.automations.loop.triggers import Triggers
from headwater.db.json import parse
from tests.automations.making import REACTIVE, metric_trigger
from tests.automations.measuring import DONE, FAILED, wait

Make = Callable[..., Any]
Settle = Callable[..., datetime | None]
Read = Callable[[], list[Any]]


def test_a_metric_that_stays_beyond_the_threshold_fires_once(
    client: FlaskClient, make: Make, enter: Make, settle: Settle, firings: Read, events: Read
) -> None:
    made = make(metric_trigger())
    now = clock.now()
    for states in (FAILED, FAILED, DONE):
        enter(now, *states)

    wait(settle, now, 270)
    assert firings() == []
    wait(settle, now + timedelta(seconds=300), 300)

    (fired,) = firings()
    firing = fired["firing"]
    assert firing["triggering_value"] == pytest.approx(1 / 3)
    assert firing["triggering_event"] is None
    assert (firing["triggering_labels"], firing["triggering_firings"]) == ({}, [])
    assert firing["trigger"] == made["trigger"]
    path = f"/api/headwater/automations/{made['id']}/firings/filter"
    (shown,) = client.post(path, json={}).json
    assert shown["triggering_value"] == pytest.approx(1 / 3)
    (told,) = [one for one in events() if one.event == "prefect.automation.triggered"]
    assert told.payload == {"triggering_labels": {}, "triggering_event": None}


def test_who_takes_over_goes_on_and_fires_once(
    make: Make, enter: Make, settle: Settle, firings: Read
) -> None:
    make(metric_trigger())
    now = clock.now()
    enter(now, *FAILED)
    wait(settle, now, 150)

    other = Triggers()
    wait(settle, now + timedelta(seconds=180), 90, by=other)
    assert firings() == []
    for second in range(270, 600, 30):
        settle(now + timedelta(seconds=second), by=Triggers())
        settle(now + timedelta(seconds=second), by=other)
        settle(now + timedelta(seconds=second))

    assert len(firings()) == 1


def test_a_metric_that_was_over_fires_again(
    make: Make, enter: Make, settle: Settle, firings: Read
) -> None:
    make(metric_trigger(range=300))
    now = clock.now()
    enter(now, *FAILED)
    wait(settle, now, 240)
    enter(now + timedelta(seconds=250), *FAILED)
    wait(settle, now + timedelta(seconds=270), 900)  # by its end there is nothing to measure
    assert [one["resolved"] for one in firings()] == [False, True]

    later = now + timedelta(seconds=1200)
    enter(later, *FAILED)
    wait(settle, later, 240)
    enter(later + timedelta(seconds=250), *FAILED)
    wait(settle, later + timedelta(seconds=270), 60)

    assert [one["resolved"] for one in firings()] == [False, True, False]


def test_what_fired_is_resolved_once_by_whoever_looks(
    client: FlaskClient,
    make: Make,
    enter: Make,
    settle: Settle,
    firings: Read,
    actions: Read,
    events: Read,
) -> None:
    lists = ("actions", "actions_on_trigger", "actions_on_resolve")
    each = ({"type": "do-nothing"}, {"type": "cancel-flow-run"}, {"type": "resume-flow-run"})
    made = make(metric_trigger(), **{name: [one] for name, one in zip(lists, each, strict=True)})
    now = clock.now()
    enter(now, *FAILED)
    wait(settle, now, 300)
    over = now + timedelta(seconds=330)
    for states in (DONE, DONE):
        enter(over, *states)

    other = Triggers()
    for second in range(0, 120, 30):
        for by in (other, Triggers()):
            settle(over + timedelta(seconds=second), by=by)
        settle(over + timedelta(seconds=second))

    fired, resolved = firings()
    assert (fired["resolved"], resolved["resolved"]) == (False, True)
    assert fired["firing"]["trigger_states"] == ["Triggered"]
    assert resolved["firing"]["trigger_states"] == ["Resolved"]
    assert resolved["firing"]["triggering_value"] == pytest.approx(2 / 3)
    told = [one for one in events() if one.event == "prefect.automation.resolved"]
    assert [one.id for one in told] == [resolved["event_id"]]
    assert told[0].payload == {"triggering_labels": {}, "triggering_event": None}
    of = {fired["id"]: [], resolved["id"]: []}
    for one in actions():
        of[one["firing_id"]].append((one["number"], parse(one["action"]), one["on_trigger"]))
    assert of[fired["id"]] == [(0, each[0], False), (1, each[1], True)]
    assert of[resolved["id"]] == [(0, each[2], False)]
    path = f"/api/headwater/automations/{made['id']}/firings/filter"
    assert [one["resolved"] for one in client.post(path, json={}).json] == [True, False]


def test_what_is_put_anew_meanwhile_is_not_resolved(
    client: FlaskClient, make: Make, enter: Make, settle: Settle, firings: Read
) -> None:
    made = make(metric_trigger())
    now = clock.now()
    enter(now, *FAILED)
    wait(settle, now, 300)
    body = {"name": "watch", "trigger": metric_trigger(), "actions": []}
    assert client.put(f"/api/automations/{made['id']}", json=body).status_code == 204
    over = now + timedelta(seconds=330)
    enter(over, *DONE)

    wait(settle, over, 600)

    assert len(firings()) == 1


def test_what_an_automation_that_was_off_knew_is_forgotten(
    client: FlaskClient, make: Make, enter: Make, settle: Settle, firings: Read
) -> None:
    made = make(metric_trigger())
    now = clock.now()
    enter(now, *FAILED)
    wait(settle, now, 270)
    for enabled in (False, True):
        body = json.dumps({"enabled": enabled})
        assert client.patch(f"/api/automations/{made['id']}", data=body).status_code == 204
        settle(now + timedelta(seconds=280))

    wait(settle, now + timedelta(seconds=300), 270)
    assert firings() == []
    wait(settle, now + timedelta(seconds=600), 0)
    assert len(firings()) == 1


def test_a_metric_within_another_trigger_fires_that(
    make: Make, tell: Make, enter: Make, settle: Settle, firings: Read
) -> None:
    both = {
        "type": "compound",
        "require": "all",
        "within": None,
        "triggers": [metric_trigger(), REACTIVE],
    }
    make(both)
    now = clock.now()
    tell("a", occurred=now.isoformat())
    enter(now, *FAILED)

    wait(settle, now, 300)

    (fired,) = firings()
    within = fired["firing"]["triggering_firings"]
    assert fired["firing"]["triggering_value"] == 0.0  # as the event would be the last one's
    assert [one["triggering_value"] for one in within] == [None, 0.0]
    later = now + timedelta(seconds=330)
    enter(later, *DONE)
    wait(settle, later, 30)
    assert len(firings()) == 1  # it does not resolve


@pytest.mark.parametrize(("asked", "body"), [("replay", {}), ("why", {"resource_id": "r"})])
def test_a_metric_is_not_replayed(
    client: FlaskClient, make: Make, asked: str, body: dict[str, str]
) -> None:
    made = make({"triggers": [metric_trigger(), REACTIVE], "require": "any", "within": None})

    refusal = client.post(f"/api/headwater/automations/{made['id']}/{asked}", json=body)

    assert refusal.status_code == 422
    assert "cannot be replayed" in refusal.text
