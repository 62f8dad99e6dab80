"""What the engine knows of automations: their triggers, and events as these see them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from headwater.automations.rules import composites
from headwater.automations.rules.composites import Composite, Gathered
from headwater.automations.rules.metrics import Gauge
from headwater.automations.rules.triggers import Resource
from headwater.automations.rules.windows import Sight, Watch
from headwater.automations.schemas.triggers import EventTrigger, MetricTrigger

Slot = tuple[UUID, str]  # a trigger, and what its key comes to
State = Watch | Gathered | Gauge
AnyTrigger = EventTrigger | MetricTrigger | Composite


@dataclass(frozen=True)
class Seen:
    """An event, as much of it as triggers are about."""

    id: UUID
    workspace: UUID
    occurred: datetime
    received: datetime
    event: str
    resource: Resource
    related: Sequence[Resource]


@dataclass(frozen=True, eq=False)
class Armed:
    """An automation that is on, *since* some time; *shown* is it as the API shows it."""

    id: UUID
    workspace: UUID
    trigger: AnyTrigger
    since: datetime
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def measures(self) -> bool:
        return any(isinstance(one, MetricTrigger) for one in walk(self.trigger))

    def find(self, trigger_id: UUID) -> AnyTrigger:
        return next(one for one in walk(self.trigger) if one.id == trigger_id)


@dataclass(frozen=True, eq=False)
class Single:
    """A trigger that holds no others, with those that it is within, the innermost first."""

    automation: Armed
    trigger: EventTrigger | MetricTrigger
    parents: tuple[Composite, ...]

    def slots(self, slot: Slot) -> Iterator[Slot]:
        """Yield all that an event may change: its own slot, and those that gather its firings."""
        yield slot
        for parent in self.parents:
            if composites.gathers(parent):
                yield parent.id, ""


class Unseen(StrEnum):
    """Why an automation does not see an event at all."""

    EARLIER = "earlier"
    OWN = "own"


@dataclass(frozen=True, eq=False)
class Leaf(Single):
    """An event trigger, and what names of events it is about."""

    trigger: EventTrigger
    starts: re.Pattern[str]
    expects: re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Meter(Single):
    """A metric trigger."""

    trigger: MetricTrigger


@dataclass(frozen=True, eq=False)
class Match:
    """That an event concerns a trigger."""

    leaf: Leaf
    sight: Sight
    key: tuple[str, ...]
    slot: Slot


def walk(trigger: AnyTrigger) -> Iterator[AnyTrigger]:
    yield trigger
    if isinstance(trigger, Composite):
        for one in trigger.triggers:
            yield from walk(one)
