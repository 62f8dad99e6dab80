"""What an automation would have done: its triggers told of events, with the time between them."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from headwater.automations.rules import reasons, windows
from headwater.automations.rules.armed import Armed, Match, Seen, Slot
from headwater.automations.rules.engine import Desk, Engine
from headwater.automations.rules.reasons import Finding
from headwater.automations.rules.windows import Fired, Watch

MOST_LOOKS = 300_000  # as many windows of ten seconds are in a month


class Rehearsal:
    """One automation, from *now* on. Nothing is kept but in memory."""

    def __init__(self, automation: Armed, *, now: datetime) -> None:
        self._engine = Engine([automation])
        self._desk = Desk({})
        self._dues: list[tuple[datetime, Slot]] = []
        self._looks = 0
        for slot in self._engine.beginnings():
            self._engine.begin(self._desk, slot, now=now)
        self._note_dues()

    @property
    def is_exhausted(self) -> bool:
        """Say if there was so much to look at that the time passes no more."""
        return self._looks >= MOST_LOOKS

    def wants(self, workspace: UUID, name: str) -> bool:
        return self._engine.wants(workspace, name)

    def tell(self, seen: Seen) -> Iterator[Fired]:
        """Let an event be counted; yield what fires by it."""
        for match in self._engine.match(seen):
            self._engine.see(self._desk, match, now=seen.received)
        yield from self._take()

    def explain(self, seen: Seen) -> tuple[list[Finding], list[Fired]]:
        """Let an event be counted; return what each trigger made of it, and what fires by it."""
        matches = self._engine.match(seen)
        found = {one.leaf.trigger.id: self._judge(one, seen.received) for one in matches}
        findings = [
            finding
            for leaf in self._engine.leaves
            for finding in found.get(leaf.trigger.id) or [reasons.refuse(leaf, seen)]
        ]
        return findings, list(self._take())

    def pass_until(self, end: datetime) -> Iterator[Fired]:
        """Let the time pass; yield what fires by it."""
        while self._dues and self._dues[0][0] <= end and not self.is_exhausted:
            self._looks += 1
            due, slot = heapq.heappop(self._dues)
            self._engine.look(self._desk, slot, now=due)
            yield from self._take()

    def _judge(self, match: Match, now: datetime) -> list[Finding]:
        known = self._desk.states.get(match.slot)
        before = known if isinstance(known, Watch) else None
        # As the engine does, which keeps what comes of it.
        outcome = windows.see(match.leaf.trigger, before, match.sight, match.key)
        self._engine.see(self._desk, match, now=now)
        return list(reasons.judge(match, before, outcome, self._desk))

    def _take(self) -> Iterator[Fired]:
        self._note_dues()
        fired, self._desk.fired = self._desk.fired, []
        yield from (one for _, one in fired)

    def _note_dues(self) -> None:
        """Note when to look at what changed. What was noted of it before finds nothing to do."""
        for slot, state in self._desk.changed.items():
            due = None if state is None else self._engine.due_of(slot, state)
            if due is not None:
                heapq.heappush(self._dues, (due, slot))
        self._desk.changed = {}
