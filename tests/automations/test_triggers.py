"""Triggers evaluated from the event log, on both databases. Time is an argument."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.loop.triggers import WRITTEN_EVERY, Triggers
from headwater.automations.models import (
    AutomationMemory,
    AutomationReader,
    AutomationWaiting,
)
from headwater.db.base import db
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.events import log
from headwater.events.models import Event
from headwater.events.queries.unread import find_oldest_writer
from headwater.events.schemas import Event as NewEvent

Make = Callable[..., Any]
Settle = Callable[..., datetime | None]
Read = Callable[[], list[Any]]
REACTIVE = {"type": "event", "posture": "Reactive", "expect": ["a"]}
PROACTIVE = {"type": "event", "posture": "Proactive", "after": ["a"], "expect": ["b"], "within": 10}
NOTHING = {"type": "do-nothing"}
SECOND = timedelta(seconds=1)


def count(table: Any) -> int:
    with reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


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
    assert count(AutomationMemory) == 0


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


def test_the_log_is_read_from_its_end_at_the_first_time(
    client: FlaskClient, make: Make, tell: Make, firings: Read, settle: Settle
) -> None:
    write(lambda session: session.execute(delete(AutomationReader)))
    make(REACTIVE)
    tell("a")

    settle(by=Triggers())

    assert firings() == []
    tell("a")
    settle(by=Triggers())
    assert len(firings()) == 1


@pytest.mark.parametrize("expect", [["*"], [], ["prefect.automation.*"]])
def test_an_automation_does_not_see_what_it_did_itself(
    make: Make, tell: Make, settle: Settle, firings: Read, expect: Any
) -> None:
    make({"posture": "Reactive", "expect": expect})
    settle()  # its own making is news
    before = len(firings())
    tell("prefect.automation.x")

    settle()
    settle()

    assert len(firings()) == before + 1


def test_automations_see_what_others_did_and_tell_no_more_with_every_turn(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    made = make(REACTIVE, name="first")
    match = {"prefect.resource.id": f"prefect.automation.{made['id']}"}
    make({"posture": "Reactive", "expect": ["prefect.automation.triggered"], "match": match})
    tell("a")

    settle()
    settle()

    first, second = firings()
    cause = second["firing"]["triggering_event"]
    assert cause["id"] == str(first["event_id"])
    assert cause["payload"]["triggering_event"] is None


def test_an_automation_that_is_off_fires_nothing_and_forgets(
    client: FlaskClient, make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    made = make(REACTIVE | {"threshold": 2, "within": 60})
    tell("a")
    settle()
    assert count(AutomationMemory) == 1

    client.patch(f"/api/automations/{made['id']}", data=json.dumps({"enabled": False}))
    tell("a")
    settle()

    assert (firings(), count(AutomationMemory)) == ([], 0)
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

    assert (firings(), count(AutomationMemory)) == ([], 0)


def test_what_was_counted_outlives_who_counted(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE | {"threshold": 2, "within": 60})
    tell("a")
    settle()
    tell("a")

    settle(by=Triggers())

    assert len(firings()) == 1


def test_of_two_who_read_the_same_events_one_alone_writes(
    make: Make, tell: Make, settle: Settle, triggers: Triggers, firings: Read
) -> None:
    make(REACTIVE)
    other = Triggers()
    settle()
    settle(by=other)
    tell("a")
    now = clock.now()
    found = triggers._evaluate(now)

    settle(by=other)

    with reading() as session:
        turn = session.execute(select(AutomationReader.turn)).scalar_one()
    assert not triggers._keep(found, turn - 1, now)
    settle()
    assert len(firings()) == 1


def test_an_event_waits_for_the_one_that_it_follows(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE | {"after": ["a"], "expect": ["b"], "within": 60})
    leader = str(uuid4())
    occurred = clock.now().isoformat()
    tell("b", follows=leader)
    settle()
    assert (firings(), count(AutomationWaiting)) == ([], 1)

    tell("a", id=leader, occurred=occurred)
    settle()

    assert (len(firings()), count(AutomationWaiting)) == (1, 0)


def test_an_event_waits_for_a_quarter_of_an_hour(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE)
    tell("a", follows=str(uuid4()))

    due = settle()

    assert due is not None
    assert due > clock.now() + timedelta(minutes=14)
    assert firings() == []
    settle(due)
    assert (len(firings()), count(AutomationWaiting)) == (1, 0)


def test_an_event_does_not_wait_for_one_that_came_before(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE)
    (leader,) = tell("x")
    settle()
    tell("a", follows=leader["id"])

    settle()

    assert len(firings()) == 1


def test_what_is_committed_behind_a_later_position_is_not_skipped(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # positions are given in the order of the commits
    make(REACTIVE)
    settle()
    resource = {"prefect.resource.id": "r"}
    new = NewEvent(id=uuid4(), occurred=clock.now(), event="a", resource=resource)
    with Session(db.engine) as late:
        log.append(late, DEFAULT_WORKSPACE, [new], now=clock.now())
        tell("x")
        settle()
        with reading() as session:
            oldest = find_oldest_writer(session)
        late.commit()
    assert firings() == []

    settle()

    assert len(firings()) == 1
    assert oldest > timedelta(0)
    with reading() as session:
        assert find_oldest_writer(session) == timedelta(0)


def test_a_position_that_nobody_writes_any_more_is_given_up(
    make: Make, tell: Make, settle: Settle
) -> None:
    make(REACTIVE)
    (known,) = tell("x")
    tell("x", id=known["id"])  # which takes a position for nothing, where they are given before
    tell("y")
    settle()

    settle(clock.now() + timedelta(minutes=2))
    tell("a")
    settle(clock.now() + timedelta(minutes=2))

    with reading() as session:
        missing = session.execute(select(AutomationReader.missing)).scalar_one()
    assert parse(missing) == []


def test_a_log_that_was_emptied_is_read_from_its_beginning(
    make: Make, tell: Make, settle: Settle, firings: Read
) -> None:
    make(REACTIVE)
    tell("x", "x", "x")
    settle()
    write(lambda session: session.execute(delete(Event)))
    settle()

    tell("a")
    settle()

    assert len(firings()) == 1


def test_what_concerns_nobody_is_read_without_a_write(
    make: Make, tell: Make, settle: Settle, statements: list[str]
) -> None:
    make(REACTIVE)
    settle()
    tell(*["x"] * 100)
    statements.clear()

    settle()

    assert [one for one in statements if not one.lstrip().startswith("SELECT")] == []
    assert len(statements) <= 9


def test_a_batch_costs_the_same_however_many_automations_there_are(
    make: Make, tell: Make, settle: Settle, firings: Read, statements: list[str]
) -> None:
    for number in range(20):
        make(REACTIVE | {"threshold": 2, "within": 60}, name=f"watch {number}", actions=[NOTHING])
    settle()
    tell(*["a"] * 50)
    statements.clear()

    settle()

    assert len(firings()) == 20
    assert len(statements) <= 35


def test_nothing_is_written_while_nothing_happens(
    make: Make, settle: Settle, statements: list[str]
) -> None:
    make(PROACTIVE)
    for hours in (1, 2):
        settle(clock.now() + timedelta(hours=hours))
    statements.clear()

    settle(clock.now() + timedelta(hours=3))

    assert [one for one in statements if not one.lstrip().startswith("SELECT")] == []


def test_how_far_the_log_was_read_is_written_down_though_nothing_more_comes(
    make: Make, tell: Make, settle: Settle
) -> None:
    make(REACTIVE | {"expect": ["other"]})
    settle()
    tell("a")
    now = clock.now()
    settle(now)

    settle(now + WRITTEN_EVERY)

    with reading() as session:
        last = session.execute(select(func.max(Event.position))).scalar_one()
        assert session.execute(select(AutomationReader.position)).scalar_one() == last


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
