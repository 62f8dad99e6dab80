"""Why an automation did or did not fire, asked over the wire, on both databases."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from headwater import clock
from headwater.automations.service import explaining
from tests.automations.making import REACTIVE

Make = Callable[..., Any]
Settle = Callable[..., datetime | None]


def ask(client: FlaskClient, automation: Any, status: int = 200, **body: Any) -> Any:
    path = f"/api/headwater/automations/{automation['id']}/why"
    response = client.post(path, data=json.dumps(body))
    assert response.status_code == status, response.json
    return response.json


def ago(**length: float) -> str:
    return (clock.now() - timedelta(**length)).isoformat()


def outcomes(found: Any) -> list[str]:
    return [one["outcome"] for one in found["events"]]


def test_an_event_that_fired_has_the_firing_and_its_actions(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    made = make(REACTIVE, actions=[{"type": "do-nothing"}])
    (cause,) = tell("a")
    settle()

    found = ask(client, made, event_id=cause["id"])

    (event,) = found["events"]
    assert (found["enabled"], found["whole"], event["outcome"]) == (True, True, "fired")
    assert event["event"]["id"] == cause["id"]
    assert event["said"].startswith("The automation fired, 20")
    assert [one["type"] for one in event["firing"]["actions"]] == ["do-nothing"]
    assert event["would_fire"] is not None
    (trigger,) = event["triggers"]
    assert (trigger["place"], trigger["trigger_id"]) == ("1", made["trigger"]["id"])
    assert (trigger["verdict"], trigger["matched"]) == ("fired", True)
    assert (trigger["count"], trigger["threshold"]) == (1, 1)


def test_the_events_of_a_run_are_explained_the_newest_last(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    run = str(uuid4())
    about = {"prefect.resource.id": f"prefect.flow-run.{run}"}
    made = make(REACTIVE | {"match": {"tier": "b"}, "threshold": 2, "within": 60})
    tell("x", resource=about, occurred=ago(seconds=3))
    tell("a", resource=about | {"tier": "a"}, occurred=ago(seconds=2))
    tell("a", resource=about | {"tier": "b"}, occurred=ago(seconds=1))
    settle()

    found = ask(client, made, flow_run_id=run)

    assert outcomes(found) == ["not-fired"] * 3
    name, label, counted = [one["triggers"][0] for one in found["events"]]
    assert name["said"] == "The event is x; expected is a."
    assert label["said"] == "The label tier is 'a'; wanted is 'b'."
    assert (label["verdict"], label["wanted"], label["was"]) == ("label", {"tier": "b"}, "a")
    assert (counted["verdict"], counted["count"], counted["threshold"]) == ("counted", 1, 2)
    assert counted["window_end"] > counted["window_start"]


def test_what_other_events_did_before_counts(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    made = make(REACTIVE | {"threshold": 2, "within": 60})
    tell("a", occurred=ago(seconds=2))
    tell("a", occurred=ago(seconds=1), resource={"prefect.resource.id": "s"})
    settle()

    found = ask(client, made, resource_id="s")

    assert outcomes(found) == ["fired"]


def test_places_say_which_trigger_within_others_it_was(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    made = make(
        {
            "type": "compound",
            "require": "all",
            "within": 60,
            "triggers": [REACTIVE | {"expect": ["b"]}, REACTIVE],
        }
    )
    (cause,) = tell("a")
    settle()

    (event,) = ask(client, made, event_id=cause["id"])["events"]

    assert [(one["place"], one["verdict"]) for one in event["triggers"]] == [
        ("1.1", "name"),
        ("1.2", "fired"),
        ("1", "gathered"),
    ]


def test_what_did_not_come_is_why_it_fired_later(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    wait = {"type": "event", "posture": "Proactive", "after": ["a"], "expect": ["b"], "within": 10}
    made = make(wait)
    (cause,) = tell("a")
    settle()
    settle(clock.now() + timedelta(minutes=1))

    (event,) = ask(client, made, event_id=cause["id"])["events"]

    assert event["outcome"] == "fired"
    assert event["triggers"][0]["verdict"] == "opened"


def test_an_event_that_nobody_evaluated_yet_is_said_to_wait(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    made = make(REACTIVE)
    settle()
    tell("a")
    (behind,) = tell("a", follows=str(uuid4()), resource={"prefect.resource.id": "s"})

    assert outcomes(ask(client, made, resource_id="r")) == ["pending"]
    settle()
    (event,) = ask(client, made, event_id=behind["id"])["events"]

    assert event["outcome"] == "pending"
    assert event["said"].endswith(f"waits for the event that it follows, {behind['follows']}.")


def test_an_automation_that_is_off_says_what_it_would_do_on(
    client: FlaskClient, make: Make, tell: Make
) -> None:
    tell("a")
    found = ask(client, make(REACTIVE, enabled=False), resource_id="r")

    assert (found["enabled"], outcomes(found)) == (False, ["off"])
    assert found["events"][0]["said"].endswith("on, it would fire.")
    assert found["events"][0]["triggers"][0]["matched"]


def test_what_came_before_the_automation_is_said_to(
    client: FlaskClient, make: Make, tell: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.automations.rules.engine.CLOCKS", timedelta(0))
    tell("a")
    found = ask(client, make(REACTIVE), resource_id="r")

    assert outcomes(found) == ["not-fired"]
    assert found["events"][0]["triggers"][0]["verdict"] == "earlier"


def test_what_would_fire_though_no_firing_is_kept_is_said_so(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    tell("a")  # just before the automation: as far as clocks may be apart, it may be for it
    settle()
    made = make(REACTIVE)
    settle(clock.now() + timedelta(seconds=10))

    (event,) = ask(client, made, resource_id="r")["events"]

    assert (event["outcome"], event["firing"]) == ("would-fire", None)


def test_events_until_some_time_are_explained(
    client: FlaskClient, make: Make, tell: Make, settle: Settle
) -> None:
    made = make(REACTIVE)
    tell("a", occurred=ago(hours=30))
    tell("a", occurred=ago(hours=2))
    tell("a")
    settle()

    assert len(ask(client, made, resource_id="r")["events"]) == 2
    assert len(ask(client, made, resource_id="r", hours=48)["events"]) == 3
    assert len(ask(client, made, resource_id="r", until=ago(hours=1))["events"]) == 1


def test_too_many_events_are_not_all_counted(
    client: FlaskClient, make: Make, tell: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "MOST_EVENTS", 1)
    made = make(REACTIVE)
    tell("a", "a", occurred=ago(hours=1))

    found = ask(client, made, resource_id="r")

    assert (found["whole"], len(found["events"])) == (False, 1)


def test_what_has_no_events_has_nothing_to_explain(client: FlaskClient, make: Make) -> None:
    found = ask(client, make(REACTIVE), flow_run_id=str(uuid4()))

    assert (found["events"], found["since"], found["whole"]) == ([], None, True)


def test_what_is_not_there_is_not_explained(client: FlaskClient, make: Make) -> None:
    ask(client, make(REACTIVE), 404, event_id=str(uuid4()))
    ask(client, {"id": str(uuid4())}, 404, resource_id="r")


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00"])
def test_a_time_that_there_is_not_is_refused(client: FlaskClient, make: Make, until: str) -> None:
    ask(client, make(REACTIVE), 422, resource_id="r", until=until)


@pytest.mark.parametrize(
    "body", [{}, {"resource_id": "r", "event_id": str(uuid4())}, {"flow_run_id": "x"}]
)
def test_one_thing_is_asked_about(client: FlaskClient, make: Make, body: Any) -> None:
    ask(client, make(REACTIVE), 422, **body)
