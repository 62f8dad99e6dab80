"""Automations that see what others do, and what they do themselves, come to an end."""

from typing import Any

import pytest

from tests.automations.actions.making import Make
from tests.automations.making import NOTHING, REACTIVE

ALL = {"posture": "Reactive", "expect": ["*"]}
DECLARE = {"type": "declare-incident"}
ROUNDS = 5


@pytest.fixture
def turn(settle: Make, act: Make, firings: Make) -> Make:
    """Return what has all evaluated and done, again and again; it returns who fired in each."""

    def run() -> list[list[str]]:
        found, known = [], len(firings())
        for _ in range(ROUNDS):
            settle()
            act()
            new = firings()[known:]
            found.append(sorted(one["automation"]["name"] for one in new))
            known += len(new)
        return found

    return run


@pytest.mark.parametrize("expect", [["*"], [], ["prefect.automation.*"]])
def test_an_automation_does_not_see_what_it_did_itself(
    make: Make, tell: Make, settle: Make, firings: Make, expect: Any
) -> None:
    make({"posture": "Reactive", "expect": expect})
    settle()  # its own making is news
    before = len(firings())
    tell("prefect.automation.x")

    settle()
    settle()

    assert len(firings()) == before + 1


def test_automations_see_what_others_did_and_tell_no_more_with_every_turn(
    make: Make, tell: Make, settle: Make, firings: Make
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


def test_two_that_expect_all_events_do_not_set_each_other_off_for_ever(
    make: Make, tell: Make, turn: Make
) -> None:
    for name in ("first", "second"):
        make(ALL, name=name, actions=[NOTHING])
    turn()
    tell("a")

    at_once, *later = turn()

    assert at_once == ["first", "second"]
    assert set(later[0]) == {"first", "second"}
    assert later[-3:] == [[], [], []]


@pytest.mark.parametrize("others", [0, 1])
def test_incidents_that_automations_declare_make_no_circle(
    make: Make, tell: Make, turn: Make, others: int
) -> None:
    for number in range(1 + others):
        make(ALL, name=str(number), actions=[DECLARE])
    turn()
    tell("a")

    found = turn()

    assert found[0][0] == "0"
    assert found[-3:] == [[], [], []]


def test_a_circle_of_three_ends_where_it_began(
    make: Make, tell: Make, turn: Make, events: Make
) -> None:
    first = make(ALL | {"expect": ["a", "prefect.automation.triggered"]}, name="first")
    last, causes = first, []
    for name in ("second", "third"):
        match = {"prefect.resource.id": f"prefect.automation.{last['id']}"}
        told = ALL | {"expect": ["prefect.automation.triggered"], "match": match}
        causes.append(last["id"])
        last = make(told, name=name)
    tell("a")

    assert [one for names in turn() for one in names] == ["first", "second", "third"]
    *_, told = [one for one in events() if one.resource.get("prefect.resource.name") == "third"]
    assert told.resource["headwater.causes"] == " ".join(sorted(causes))


def test_what_the_fourth_of_a_row_does_sets_off_no_fifth(
    make: Make, tell: Make, turn: Make
) -> None:
    last = make(ALL | {"expect": ["a"]}, name="1")
    for name in "2345":
        match = {"prefect.resource.id": f"prefect.automation.{last['id']}"}
        told = ALL | {"expect": ["prefect.automation.triggered"], "match": match}
        last = make(told, name=name)
    tell("a")

    assert [one for names in turn() for one in names] == ["1", "2", "3", "4"]


def test_what_follows_from_several_events_has_the_causes_of_each(
    make: Make, tell: Make, turn: Make, events: Make
) -> None:
    first = make(ALL | {"expect": ["a"]}, name="first", actions=[NOTHING])
    match = {"prefect.resource.id": f"prefect.automation.{first['id']}"}
    told = ALL | {"expect": ["prefect.automation.triggered"], "match": match}
    both = {"type": "compound", "require": "all", "within": None}
    make(both | {"triggers": [told, ALL | {"expect": ["b"]}]}, name="both", actions=[NOTHING])
    tell("a")
    turn()
    tell("b")
    turn()

    names = ("triggered", "action.triggered", "action.executed")
    found = [one for one in events() if one.resource.get("prefect.resource.name") == "both"]
    assert [one.event for one in found[-3:]] == [f"prefect.automation.{name}" for name in names]
    assert {one.resource["headwater.causes"] for one in found[-3:]} == {first["id"]}


def test_an_automation_sees_what_another_did_and_that_an_incident_was_closed(
    client: Any, make: Make, tell: Make, turn: Make
) -> None:
    make(ALL | {"expect": ["a"]}, name="declares", actions=[DECLARE])
    make(ALL | {"expect": ["headwater.incident.*"]}, name="sees", actions=[NOTHING])
    tell("a")

    assert [one for names in turn() for one in names] == ["declares", "sees"]
    (incident,) = client.post("/api/headwater/incidents/filter", json={}).json
    client.post(f"/api/headwater/incidents/{incident['id']}/close", json={})
    assert [one for names in turn() for one in names] == ["sees"]
