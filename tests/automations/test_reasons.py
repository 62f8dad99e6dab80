"""What is said of events is what the engine does with them: no database, no clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.rules.armed import Armed, Seen
from headwater.automations.rules.engine import Engine
from headwater.automations.rules.reasons import NOT_FOR_IT
from headwater.automations.rules.rehearsals import Rehearsal
from headwater.automations.rules.sayings import say
from headwater.automations.schemas.triggers import EventTrigger, Trigger
from tests.automations.making import REACTIVE

START = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
OWN = UUID(int=9)
_TRIGGER: TypeAdapter[Any] = TypeAdapter(Trigger)
NAMES = ("a", "b", "c", "prefect.automation.triggered")
FOLLOWS = REACTIVE | {"after": ["b"], "within": 60}
WAITS = {"type": "event", "posture": "Proactive", "after": ["a"], "expect": ["b"], "within": 60}
RENEWS = {"type": "event", "posture": "Proactive", "expect": ["a"], "within": 60}
ALL = {"type": "compound", "require": "all", "within": 60}
names = st.lists(st.sampled_from(["a", "b", "*"]), max_size=2)
labels = st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", "!1", ["1", "2"]]))
leaves = st.fixed_dictionaries(
    {
        "type": st.just("event"),
        "posture": st.sampled_from(["Reactive", "Proactive"]),
        "match": labels,
        "match_related": labels,
        "after": names,
        "expect": names,
        "for_each": st.sampled_from([[], ["x"]]),
        "threshold": st.integers(0, 3),
        "within": st.sampled_from([0, 10, 60]),
    }
)
composites = st.fixed_dictionaries(
    {
        "type": st.just("compound"),
        "require": st.sampled_from(["any", "all"]),
        "within": st.sampled_from([None, 30]),
        "triggers": st.lists(leaves, min_size=1, max_size=3),
    }
)
resources = st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2"]))
comings = st.tuples(
    st.sampled_from(NAMES), resources, st.lists(resources, max_size=2), st.integers(0, 120)
)


def arm(trigger: Any) -> Armed:
    return Armed(OWN, DEFAULT_WORKSPACE, _TRIGGER.validate_python(trigger), START)


def event(number: int, name: str, resource: Any = None, related: Any = (), at: int = 0) -> Seen:
    own = {"prefect.resource.id": f"prefect.automation.{OWN}"} | (resource or {})
    occurred = START + timedelta(seconds=at)
    return Seen(UUID(int=number), DEFAULT_WORKSPACE, occurred, occurred, name, own, tuple(related))


def tell(trigger: Any, *names: str | tuple[str, int]) -> list[str]:
    """Return what is said of the last of some events, each a second after the one before it, or
    at some second."""
    rehearsal, said = Rehearsal(arm(trigger), now=START), list[str]()
    for number, one in enumerate(names):
        name, at = one if isinstance(one, tuple) else (one, number)
        seen = event(number, name, {"prefect.resource.id": "r"}, at=at)
        list(rehearsal.pass_until(seen.occurred))
        said = [say(finding, seen) for finding in rehearsal.explain(seen)[0]]
    return said


@given(st.one_of(leaves, composites), st.lists(comings, max_size=12))
def test_an_event_is_said_to_match_exactly_if_the_engine_counts_it(
    trigger: Any, coming: list[Any]
) -> None:
    automation = arm(trigger)
    engine = Engine([automation])
    explained, told = Rehearsal(automation, now=START), Rehearsal(automation, now=START)
    for number, one in enumerate(sorted(coming, key=lambda one: int(one[3]))):
        seen = event(number, *one)
        assert list(explained.pass_until(seen.occurred)) == list(told.pass_until(seen.occurred))
        findings, fired = explained.explain(seen)
        of_events = [one for one in findings if isinstance(one.trigger, EventTrigger)]

        matched = {one.trigger.id for one in of_events if one.verdict not in NOT_FOR_IT}
        assert matched == {one.leaf.trigger.id for one in engine.match(seen)}
        assert {one.trigger.id for one in of_events} == {one.trigger.id for one in engine.leaves}
        assert fired == list(told.tell(seen))
        assert all(say(one, seen).endswith(".") for one in findings)


@pytest.mark.parametrize(
    ("trigger", "events", "said"),
    [
        (REACTIVE, ["a"], ["It counted, 1 of 1: the trigger fired."]),
        (REACTIVE, ["b"], ["The event is b; expected is a."]),
        (FOLLOWS, ["c"], ["The event is c; expected is a after b."]),
        (
            REACTIVE | {"match": {"x": ["1", "2"]}},
            ["a"],
            ["The label x is not there; wanted is '1' or '2'."],
        ),
        (
            REACTIVE | {"match": {"prefect.resource.id": "s"}},
            ["a"],
            ["The label prefect.resource.id is 'r'; wanted is 's'."],
        ),
        (
            REACTIVE | {"match_related": {"prefect.resource.role": "flow"}},
            ["a"],
            ["No related resource has prefect.resource.role 'flow'; there is none of the kind."],
        ),
        (
            REACTIVE | {"threshold": 3, "within": 60},
            ["a", "a"],
            ["It counted, 2 of 3, in the window until 2026-11-27 03:01:00 UTC."],
        ),
        (
            REACTIVE | {"within": 60},
            ["a", "a"],
            [
                "It occurred before the window in which events count,"
                " which begins 2026-11-27 03:01:00 UTC."
            ],
        ),
        (FOLLOWS, ["a"], ["No window was open: b was not seen before it for the same key."]),
        (
            FOLLOWS,
            ["b"],
            ["It opened a window until 2026-11-27 03:01:00 UTC, in which a is waited for."],
        ),
        (FOLLOWS, ["b", "b"], ["A window was open already, until 2026-11-27 03:01:00 UTC."]),
        (
            FOLLOWS,
            ["b", ("a", 61)],
            [
                "It occurred after the window in which events count,"
                " which ended 2026-11-27 03:01:00 UTC."
            ],
        ),
        (
            WAITS,
            ["a", "b"],
            ["It counted, 1 of 1, in the window until 2026-11-27 03:01:00 UTC."],
        ),
        (
            WAITS,
            ["a", ("a", 61)],
            [
                "The window before it ended 2026-11-27 03:01:00 UTC with 0 of 1:"
                " the trigger fired.",
                "It opened a window until 2026-11-27 03:02:01 UTC, in which b is waited for.",
            ],
        ),
        (
            RENEWS,
            [("a", 30)],
            ["It came in time: the next is waited for until 2026-11-27 03:01:30 UTC."],
        ),
        (
            ALL | {"triggers": [REACTIVE, REACTIVE | {"expect": ["b"]}]},
            ["a"],
            [
                "It counted, 1 of 1: the trigger fired.",
                "1 of the 2 triggers that it needs have fired, the others not yet.",
                "The event is a; expected is b.",
            ],
        ),
        (
            ALL | {"triggers": [REACTIVE, REACTIVE | {"expect": ["b"]}]},
            ["a", "b"],
            [
                "The event is b; expected is a.",
                "It counted, 1 of 1: the trigger fired.",
                "2 of the 2 triggers that it needs have fired: it fired.",
            ],
        ),
        (
            {
                "type": "sequence",
                "within": 60,
                "triggers": [REACTIVE, REACTIVE | {"expect": ["b"]}],
            },
            ["b", "a"],
            [
                "It counted, 1 of 1: the trigger fired.",
                "2 of the 2 triggers that it needs have fired, but not in their order.",
                "The event is a; expected is b.",
            ],
        ),
        (
            REACTIVE,
            [("a", -60)],
            ["It came before the automation was made, changed or turned on the last time."],
        ),
    ],
)
def test_what_a_trigger_made_of_an_event_is_a_sentence(
    trigger: Any, events: list[Any], said: list[str]
) -> None:
    assert tell(trigger, *events) == said


def test_what_tells_of_the_automation_itself_is_said_to() -> None:
    (finding,), _ = Rehearsal(arm(REACTIVE), now=START).explain(
        seen := event(1, "prefect.automation.triggered")
    )

    assert say(finding, seen).startswith("It tells of what the automation itself did")


def test_related_resources_of_the_role_that_are_others_are_named() -> None:
    role = {"prefect.resource.role": "flow"}
    trigger = REACTIVE | {"match_related": role | {"prefect.resource.id": "f"}}
    there = [role | {"prefect.resource.id": one} for one in ("g", "h")]
    (finding,), _ = Rehearsal(arm(trigger), now=START).explain(seen := event(1, "a", {}, there))

    assert say(finding, seen).endswith("prefect.resource.id 'f'; there are g and h.")
