"""What fires, of events and of the time that passes, on both databases. Time is an argument."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from headwater import clock
from headwater.automations.models import AutomationMemory
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.events.models import Event
from tests.automations.making import NOTHING, PROACTIVE, REACTIVE

Make = Callable[..., Any]
Settle = Callable[..., datetime | None]
Read = Callable[[], list[Any]]
SECOND = timedelta(seconds=1)


def count_known() -> int:
    with reading() as session:
        return session.scalars(select(func.count()).select_from(AutomationMemory)).one()


def test_an_event_fires_what_expects_it(
    make: Make, tell: Make, settle: Settle, firings: Read, events: Read
) -> None:
    made = make(REACTIVE | {"for_each": ["prefect.resource.id"]})
    (cause,) = tell("a")

    settle()

    (fired,) = firings()
    firing = fired["firing"]
    assert fired["automation_id"] == UUID(made["id"])
    assert fired["trigger_id"] == UUID(made["trigger"]["id"])
    assert fired["automation"] == made
    assert firing["trigger"] == made["trigger"]
    assert firing["trigger_states"] == ["Triggered"]
    assert firing["triggering_labels"] == {"prefect.resource.id": "r"}
    assert firing["triggering_firings"] == []
    assert firing["triggering_value"] is None
    assert firing["triggering_event"]["id"] == cause["id"]
    assert firing["triggering_event"]["payload"] == {"n": 1}
    assert set(firing["triggering_event"]) == {
        *("occurred", "event", "resource", "related", "payload", "id", "follows", "received")
    }


def test_a_firing_is_told_in_the_log(
    make: Make, tell: Make, settle: Settle, firings: Read, events: Read
) -> None:
    made = make(REACTIVE)
    (cause,) = tell("a")

    settle()

    (told,) = [one for one in events() if one.event == "prefect.automation.triggered"]
    (fired,) = firings()
    assert told.id == fired["event_id"]
    assert told.resource == {
        "prefect.resource.id": f"prefect.automation.{made['id']}",
        "prefect.resource.name": "watch",
        "prefect.posture": "Reactive",
    }
    assert told.related == [
        {
            "prefect.resource.id": f"prefect.event.{cause['id']}",
            "prefect.resource.role": "triggering-event",
        }
    ]
    assert told.payload == {
        "triggering_labels": {},
        "triggering_event": fired["firing"]["triggering_event"],
    }
    assert told.follows is None


def test_actions_are_numbered_through_and_due_at_once(
    make: Make, tell: Make, settle: Settle, firings: Read, actions: Read
) -> None:
    pause = {"type": "pause-work-pool", "source": "inferred"}
    make(REACTIVE, actions=[NOTHING, pause], actions_on_trigger=[NOTHING])
    tell("a")
    now = clock.now()

    settle(now)

    found = actions()
    assert [(one["number"], one["on_trigger"]) for one in found] == [
        (0, False),
        (1, False),
        (2, True),
    ]
    assert parse(found[1]["action"])["type"] == "pause-work-pool"
    assert {one["firing_id"] for one in found} == {firings()[0]["id"]}
    assert {(one["state"], one["due"], one["attempts"]) for one in found} == {("pending", now, 0)}
    assert len({one["id"] for one in found}) == 3


def test_a_firing_of_triggers_within_one_has_theirs(
    make: Make, tell: Make, settle: Settle, firings: Read, events: Read
) -> None:
    other = REACTIVE | {"expect": ["b"]}
    both = {"type": "compound", "require": "all", "within": None, "triggers": [REACTIVE, other]}
    made = make(both)
    first, _, last = (tell("a"), settle(), tell("b"))

    settle()

    (fired,) = firings()
    within = fired["firing"]["triggering_firings"]
    assert [one["trigger"] for one in within] == made["trigger"]["triggers"]
    assert [one["triggering_event"]["id"] for one in within] == [first[0]["id"], last[0]["id"]]
    assert fired["firing"]["triggering_event"]["id"] == last[0]["id"]
    (told,) = [one for one in events() if one.event == "prefect.automation.triggered"]
    assert "prefect.posture" not in told.resource


def test_what_does_not_come_fires_in_time(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(PROACTIVE)
    (cause,) = tell("a")
    begun = datetime.fromisoformat(cause["occurred"])

    due = settle()

    assert due is not None
    assert begun + 10 * SECOND < due <= begun + 15 * SECOND
    settle(due - timedelta(milliseconds=1))
    assert firings() == []
    settle(due)
    (fired,) = firings()
    assert fired["firing"]["triggering_event"]["id"] == cause["id"]
    assert count_known() == 0


def test_what_comes_just_in_time_fires_nothing_though_it_is_told_of_late(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(PROACTIVE)
    (cause,) = tell("a")
    due = settle()
    assert due is not None
    in_time = datetime.fromisoformat(cause["occurred"]) + timedelta(seconds=9.999)
    tell("b", occurred=in_time.isoformat())

    settle(due)

    assert firings() == []


def test_what_never_comes_is_waited_for_from_the_first_look(
    make: Make, settle: Settle, firings: Read
) -> None:
    make({"posture": "Proactive", "expect": ["a"], "within": 10})
    now = clock.now()

    due = settle(now)

    assert due == now + 12 * SECOND
    settle(due)
    (fired,) = firings()
    assert fired["firing"]["triggering_event"] is None


def test_windows_that_nobody_could_look_at_fire_once(
    make: Make, settle: Settle, firings: Read
) -> None:
    make({"posture": "Proactive", "expect": ["a"], "within": 10})
    now = clock.now()
    settle(now)

    settle(now + timedelta(hours=1))

    assert len(firings()) == 1


def test_what_was_before_an_automation_is_not_for_it(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    tell("a")
    write(
        lambda session: session.execute(
            update(Event).values(received=clock.now() - timedelta(minutes=1))
        )
    )
    make(REACTIVE)

    settle()

    assert firings() == []


def test_an_automation_that_is_off_fires_nothing_and_forgets(
    client: FlaskClient, make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    made = make(REACTIVE | {"threshold": 2, "within": 60})
    tell("a")
    settle()
    assert count_known() == 1

    client.patch(f"/api/automations/{made['id']}", data=json.dumps({"enabled": False}))
    tell("a")
    settle()

    assert (firings(), count_known()) == ([], 0)
    client.patch(f"/api/automations/{made['id']}", data=json.dumps({"enabled": True}))
    tell("b")
    settle()
    assert firings() == []


def test_an_automation_that_is_replaced_counts_anew(
    client: FlaskClient, make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    made = make(REACTIVE | {"threshold": 2, "within": 60})
    tell("a")
    settle()
    body = {name: made[name] for name in ("name", "trigger", "actions")}

    client.put(f"/api/automations/{made['id']}", data=json.dumps(body))
    tell("a")
    settle()

    assert firings() == []
    tell("a")
    settle()
    assert len(firings()) == 1


@pytest.mark.parametrize("way", ["one", "owned"])
def test_an_automation_that_is_gone_fires_nothing(
    client: FlaskClient, make: Make, tell: Make, settle: Settle, firings: Read, way: str
) -> None:
    made = make(REACTIVE | {"threshold": 2, "within": 60}, owner_resource="prefect.deployment.1")
    tell("a")
    settle()
    path = {"one": made["id"], "owned": "owned-by/prefect.deployment.1"}[way]

    client.delete(f"/api/automations/{path}")
    tell("a")
    settle()

    assert (firings(), count_known()) == ([], 0)


@pytest.mark.parametrize("levels", [90, 190])
def test_an_event_however_deep_keeps_no_trigger_from_firing(
    make: Make, tell: Make, settle: Settle, firings: Read, levels: int
) -> None:
    first = make(REACTIVE, name="first")
    match = {"prefect.resource.id": f"prefect.automation.{first['id']}"}
    make({"posture": "Reactive", "expect": ["prefect.automation.triggered"], "match": match})
    payload: Any = {}
    for _ in range(levels - 1):
        payload = {"a": payload}
    tell("a", payload=payload)

    settle()
    settle()

    fired, _ = firings()
    assert fired["firing"]["triggering_event"]["payload"] == (payload if levels < 100 else {})


def test_a_firing_that_cannot_be_written_down_keeps_no_other(
    make: Make, tell: Make, settle: Settle, firings: Read, caplog: pytest.LogCaptureFixture
) -> None:
    trigger: Any = REACTIVE
    for _ in range(85):
        trigger = {"type": "compound", "require": "any", "within": None, "triggers": [trigger]}
    make(trigger, name="deep")
    made = make(REACTIVE, name="other")
    payload: Any = {}
    for _ in range(95):
        payload = {"a": payload}
    tell("a", payload=payload)

    settle()

    assert [one["automation_id"] for one in firings()] == [UUID(made["id"])]
    assert "cannot be written down" in caplog.text
