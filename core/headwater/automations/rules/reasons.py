"""What a trigger made of one event, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.automations.rules.armed import Leaf, Match, Seen, Unseen
from headwater.automations.rules.composites import Composite, Gathered, needed
from headwater.automations.rules.engine import Desk, find_obstacle
from headwater.automations.rules.triggers import Lacking
from headwater.automations.rules.windows import Outcome, Sight, Watch, Window
from headwater.automations.schemas.triggers import EventTrigger
from headwater.automations.schemas.verdicts import Verdict

NOT_FOR_IT = frozenset({Verdict.EARLIER, Verdict.OWN, Verdict.NAME, Verdict.LABEL, Verdict.RELATED})
# After these a trigger knows as much as before, so that how far it read may not be written yet.
WITHOUT_EFFECT = NOT_FOR_IT | {Verdict.UNOPENED, Verdict.BEFORE, Verdict.LATE, Verdict.OPEN}


@dataclass(frozen=True)
class Finding:
    """*count* is of events; of triggers that fired, for one that holds others."""

    trigger: EventTrigger | Composite
    verdict: Verdict
    window: Window | None = None
    count: int | None = None
    lacking: Lacking | None = None


def refuse(leaf: Leaf, seen: Seen) -> Finding:
    """Return why the engine did not match an event with a trigger."""
    obstacle = find_obstacle(leaf, seen)
    if isinstance(obstacle, Unseen):
        return Finding(leaf.trigger, Verdict(obstacle))
    if not (leaf.starts.match(seen.event) or leaf.expects.match(seen.event)):
        return Finding(leaf.trigger, Verdict.NAME)
    if obstacle is None:
        raise ValueError("the engine matches this event")
    verdict = Verdict.RELATED if obstacle.related else Verdict.LABEL
    return Finding(leaf.trigger, verdict, lacking=obstacle)


def judge(match: Match, before: Watch | None, outcome: Outcome, desk: Desk) -> Iterator[Finding]:
    """Yield what an event did to a trigger, and to those that hold it if it fired.

    *before* is what the trigger knew, *outcome* what came of it; *desk* is as it was left.
    """
    trigger, previous = match.leaf.trigger, before.window if before else None
    fired = outcome.fired is not None
    if fired and trigger.posture == "Reactive":
        yield Finding(trigger, Verdict.FIRED, count=trigger.threshold)
    else:
        if fired and previous is not None:
            yield Finding(trigger, Verdict.MISSED, previous, max(previous.count, 0))
        window = outcome.watch.window if outcome.watch else None
        count = max(window.count, 0) if window else None
        yield Finding(trigger, _place(trigger, previous, window, match.sight), window, count)
    for parent in match.leaf.parents if fired else ():
        known = desk.states.get((parent.id, ""))
        if isinstance(known, Gathered):
            yield Finding(parent, Verdict.GATHERED, count=len(known.firings))
            return
        yield Finding(parent, Verdict.FIRED, count=needed(parent))


def _place(
    trigger: EventTrigger, previous: Window | None, window: Window | None, sight: Sight
) -> Verdict:
    """Return where an event fell that did not make a trigger fire."""
    if window is None:
        return Verdict.UNOPENED
    waits = trigger.posture == "Proactive"
    at = min(sight.occurred, sight.received) if waits else sight.occurred
    anew = previous is None or (previous.start, previous.end) != (window.start, window.end)
    if anew and window.start == at and sight.starts:
        return Verdict.OPENED
    if anew and window.start == at and waits:
        return Verdict.RENEWED
    if sight.expected and (anew or previous is None or window.count > previous.count):
        return Verdict.COUNTED
    if sight.expected and at < window.start:
        return Verdict.BEFORE
    if sight.expected and trigger.within and at >= window.end:
        return Verdict.LATE
    return Verdict.OPEN
