"""Which automations brought an event about: none of them looks at it, for it would never end."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from headwater.automations.rules.triggers import Resource
from headwater.automations.rules.views import descend
from headwater.events.schemas import RESOURCE_ID, RESOURCE_ROLE, Labels

DOINGS = (
    "prefect.automation.triggered",
    "prefect.automation.resolved",
    "prefect.automation.action.",
)
DECLARED = "headwater.incident.declared"
CAUSES = "headwater.causes"  # a label: the automations before the one whose doing is told of
# Automations that brought an event about one by the other: beyond that nobody looks at it, for
# of those that see all that others do, each one more would make many times as much of it.
MOST_CAUSES = 3


def causes_of(name: str, resource: Resource, related: Sequence[Resource]) -> set[str]:
    """Return the ids of the automations that brought an event about, the last of which it tells of.

    What they did to runs, pools and the like is told by events of those, which have no causes here.
    """
    if name.startswith(DOINGS):
        doer = resource.get(RESOURCE_ID)
    elif name == DECLARED:
        doers = (one for one in related if one.get(RESOURCE_ROLE) == "automation")
        doer = next(doers, {}).get(RESOURCE_ID)
    else:
        return set()
    last = [] if doer is None else [doer.removeprefix("prefect.automation.")]
    return {*last, *resource.get(CAUSES, "").split()}


def causes_in(firing: Mapping[str, Any]) -> set[str]:
    """Return those of all events that a firing names, which is as the wire has it."""
    events = (one.get("triggering_event") for one in descend(firing))
    found = (
        causes_of(one["event"], one["resource"], one.get("related") or ()) for one in events if one
    )
    return set[str]().union(*found)


def mark(causes: Collection[str]) -> Labels:
    """Return the label by which what follows from a firing tells of its causes."""
    return {CAUSES: " ".join(sorted(causes))} if causes else {}
