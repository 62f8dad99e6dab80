"""The triggers of all automations that are on: which of them an event concerns, and what follows.

Pure: what triggers know is handed in, and what they know then is handed back, with what fired.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from headwater.automations.rules import composites, metrics, windows
from headwater.automations.rules.armed import (
    AnyTrigger,
    Armed,
    Leaf,
    Match,
    Meter,
    Seen,
    Single,
    Slot,
    State,
    Unseen,
)
from headwater.automations.rules.causes import MOST_CAUSES, causes_of
from headwater.automations.rules.composites import Composite, Gathered
from headwater.automations.rules.metrics import Gauge
from headwater.automations.rules.triggers import (
    Lacking,
    compile_names,
    find_lacking,
    key_of,
)
from headwater.automations.rules.windows import Fired, Sight, Watch, shift
from headwater.automations.schemas.triggers import MetricTrigger

CLOCKS = timedelta(seconds=10)  # that the clocks of two servers may be apart
MOST_NAMES = 10_000  # of events whose triggers are known


@dataclass
class Desk:
    """What triggers know, what of it changed (None: it is known no more), and what fired."""

    states: dict[Slot, State]
    changed: dict[Slot, State | None] = field(default_factory=dict)
    fired: list[tuple[Armed, Fired]] = field(default_factory=list)

    def put(self, slot: Slot, state: State | None) -> None:
        if self.states.get(slot) == state:
            return
        self.changed[slot] = state
        if state is None:
            self.states.pop(slot, None)
        else:
            self.states[slot] = state


class Engine:
    """Compiled once from the automations that are on, and used until they change."""

    def __init__(self, automations: Iterable[Armed]) -> None:
        self._leaves: dict[UUID, Leaf] = {}
        self.meters: dict[UUID, Meter] = {}
        self._composites: dict[UUID, tuple[Armed, Composite]] = {}
        self._of_workspace: dict[UUID, list[Leaf]] = defaultdict(list)
        self._named: dict[tuple[UUID, str], list[tuple[Leaf, bool, bool]]] = {}
        for automation in automations:
            self._add(automation, automation.trigger, ())

    def _add(self, automation: Armed, trigger: AnyTrigger, parents: tuple[Composite, ...]) -> None:
        if isinstance(trigger, MetricTrigger):
            self.meters[trigger.id] = Meter(automation, trigger, parents)
            return
        if isinstance(trigger, Composite):
            self._composites[trigger.id] = (automation, trigger)
            for one in trigger.triggers:
                self._add(automation, one, (trigger, *parents))
            return
        # Without a name all are expected, but for those that have none.
        expects = compile_names(trigger.expect or ["*"])
        leaf = Leaf(automation, trigger, parents, compile_names(trigger.after), expects)
        self._leaves[trigger.id] = leaf
        self._of_workspace[automation.workspace].append(leaf)

    @property
    def leaves(self) -> Iterable[Leaf]:
        return self._leaves.values()

    @property
    def is_idle(self) -> bool:
        return not self._leaves

    def knows(self, trigger_id: UUID) -> bool:
        return self._single(trigger_id) is not None or trigger_id in self._composites

    def owner_of(self, trigger_id: UUID) -> Armed:
        single = self._single(trigger_id)
        if single is not None:
            return single.automation
        return self._composites[trigger_id][0]

    def wants(self, workspace: UUID, name: str) -> bool:
        """Say if any trigger is about events of a name, before anything else of it is read."""
        return bool(self._by_name(workspace, name))

    def match(self, seen: Seen) -> list[Match]:
        """Return which triggers an event concerns, each automation's in their order."""
        found = []
        for leaf, starts, expected in self._by_name(seen.workspace, seen.event):
            if find_obstacle(leaf, seen) is None:
                trigger = leaf.trigger
                key = key_of(trigger, seen.resource, seen.related)
                sight = Sight(seen.id, seen.occurred, seen.received, starts, expected)
                found.append(Match(leaf, sight, key, (trigger.id, digest(key))))
        return found

    def beginnings(self) -> list[Slot]:
        """Return what waits from the first moment on, whether anything comes or not."""
        waiting = [
            (leaf.trigger.id, "")
            for leaf in self._leaves.values()
            if leaf.trigger.posture == "Proactive"
            and not leaf.trigger.after
            and not leaf.trigger.for_each
        ]
        return [*waiting, *((meter, "") for meter in self.meters)]

    def slots_of(self, slot: Slot) -> Iterator[Slot]:
        """Yield all that a look at a slot may change."""
        single = self._single(slot[0])
        return single.slots(slot) if single else iter((slot,))

    def due_of(self, slot: Slot, state: State) -> datetime | None:
        """Return when to look at what is known; None: never."""
        if isinstance(state, Gauge):
            return state.due
        if isinstance(state, Watch):
            return windows.due_of(self._leaves[slot[0]].trigger, state)
        return composites.due_of(self._composites[slot[0]][1], state)

    def begin(self, desk: Desk, slot: Slot, *, now: datetime) -> None:
        if slot in desk.states:
            return
        if slot[0] in self.meters:
            desk.put(slot, Gauge(now))
        else:
            desk.put(slot, windows.begin(self._leaves[slot[0]].trigger, now=now))

    def see(self, desk: Desk, match: Match, *, now: datetime) -> None:
        """Let a trigger count an event."""
        known = desk.states.get(match.slot)
        watch = known if isinstance(known, Watch) else None
        outcome = windows.see(match.leaf.trigger, watch, match.sight, match.key)
        desk.put(match.slot, outcome.watch)
        self._take(desk, match.leaf, outcome.fired, now)

    def look(self, desk: Desk, slot: Slot, *, now: datetime, value: float | None = None) -> None:
        """Let the time pass for what is known. *value* is that of a metric now."""
        state = desk.states.get(slot)
        if isinstance(state, Watch):
            leaf = self._leaves[slot[0]]
            outcome = windows.look(leaf.trigger, state, now=now)
            desk.put(slot, outcome.watch)
            self._take(desk, leaf, outcome.fired, now)
        elif isinstance(state, Gauge):
            meter = self.meters[slot[0]]
            gauge, fired = metrics.look(meter.trigger, state, value, now=now)
            desk.put(slot, gauge)
            self._take(desk, meter, fired, now)
        elif state is not None:
            due = self.due_of(slot, state)
            if due is not None and due <= now:
                desk.put(slot, None)

    def _single(self, trigger_id: UUID) -> Single | None:
        return self._leaves.get(trigger_id) or self.meters.get(trigger_id)

    def _take(self, desk: Desk, single: Single, fired: Fired | None, now: datetime) -> None:
        """Let those hear of a firing that its trigger is within; they do not resolve."""
        for parent in single.parents:
            if fired is None or fired.resolved:
                return
            known = desk.states.get((parent.id, ""))
            gathered = known if isinstance(known, Gathered) else None
            kept, fired = composites.gather(parent, gathered, fired, now=now)
            desk.put((parent.id, ""), kept)
        if fired is not None:
            desk.fired.append((single.automation, fired))

    def _by_name(self, workspace: UUID, name: str) -> list[tuple[Leaf, bool, bool]]:
        found = self._named.get((workspace, name))
        if found is None:
            if len(self._named) >= MOST_NAMES:
                self._named.clear()
            found = self._named[workspace, name] = [
                (leaf, starts, expected)
                for leaf in self._of_workspace.get(workspace, ())
                for starts in [leaf.starts.match(name) is not None]
                for expected in [leaf.expects.match(name) is not None]
                if starts or expected
            ]
        return found


def find_obstacle(leaf: Leaf, seen: Seen) -> Unseen | Lacking | None:
    """Return why an event does not concern a trigger that is about events of its name."""
    automation = leaf.automation
    if seen.received < shift(automation.since, -CLOCKS):
        return Unseen.EARLIER
    causes = causes_of(seen.event, seen.resource, seen.related)
    if len(causes) > MOST_CAUSES or str(automation.id) in causes:
        return Unseen.OWN
    return find_lacking(leaf.trigger, seen.resource, seen.related)


def digest(key: tuple[str, ...]) -> str:
    """Return what a key comes to in an index, however long its values are."""
    return blake2b(json.dumps(key).encode(), digest_size=16).hexdigest() if key else ""
