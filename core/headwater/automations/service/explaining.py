"""Says why an automation did or did not fire by events, which it counts once more. Nothing is
written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.queries import automations as queries
from headwater.automations.queries import memory
from headwater.automations.rules.armed import AnyTrigger, Armed, Seen, walk
from headwater.automations.rules.bookmarks import Bookmark
from headwater.automations.rules.composites import Composite, needed
from headwater.automations.rules.engine import CLOCKS
from headwater.automations.rules.reasons import NOT_FOR_IT, WITHOUT_EFFECT, Finding
from headwater.automations.rules.rehearsals import Rehearsal
from headwater.automations.rules.sayings import say, say_time
from headwater.automations.rules.windows import LOOKBACK, Fired, shift
from headwater.automations.schemas.explanations import (
    EventExplained,
    TriggerExplained,
    Why,
    WhyWanted,
)
from headwater.automations.schemas.history import FiringShown, TriggeringEvent
from headwater.automations.schemas.triggers import EventTrigger
from headwater.automations.service.arming import arm
from headwater.automations.service.evaluation import read_bookmark
from headwater.automations.service.events import see_event
from headwater.automations.service.firings import events_of
from headwater.automations.service.history import list_firings_by
from headwater.automations.service.replaying import refuse_metrics
from headwater.db.json import parse
from headwater.events.queries import unread
from headwater.events.schemas import RESOURCE_ID

MOST_EVENTS = 100_000  # that are counted
MOST_EXPLAINED = 50
_EVER = datetime.min.replace(tzinfo=UTC)
Outcome = Literal["fired", "would-fire", "pending", "off", "not-fired"]


@dataclass
class _Trail:
    """What the triggers made of each event asked about, and when each made the automation fire."""

    about: Mapping[UUID, Row[Any]]
    findings: dict[UUID, list[TriggerExplained]] = field(default_factory=dict)
    would_fire: dict[UUID, datetime] = field(default_factory=dict)
    whole: bool = True

    def note(self, firings: Iterable[Fired]) -> None:
        for one in firings:
            for event in events_of([one]):
                if event in self.about:
                    self.would_fire.setdefault(event, one.at)


def explain(
    session: Session, workspace: UUID, automation_id: UUID, wanted: WhyWanted, *, now: datetime
) -> Why:
    """Tell the automation, as if it was on, of the events before and between those asked about.

    Raise InvalidError where it waits for a metric.
    """
    row = queries.get_automation(session, workspace, automation_id)
    refuse_metrics(arm(row, workspace, row.updated))
    latest = _find_events(session, workspace, wanted, now)
    if not latest:
        return Why(enabled=row.enabled, changed=row.updated, since=None, events=[], whole=True)
    since = shift(latest[0].occurred, -timedelta(hours=wanted.hours))
    about = {one.id: one for one in reversed(latest) if one.occurred >= since}
    automation = arm(row, workspace, row.updated if row.enabled else _EVER)
    trail = _follow(session, automation, _Trail(about), since, now)
    came = shift(min(one.received for one in about.values()), -CLOCKS)
    firings = list_firings_by(session, workspace, automation_id, set(about), came)
    behind = _Behind(session, about)
    events = [
        _show(about[one], row, trail, firings.get(one), behind)
        for one in about
        if one in trail.findings
    ]
    return Why(
        enabled=row.enabled, changed=row.updated, since=since, events=events, whole=trail.whole
    )


def _find_events(
    session: Session, workspace: UUID, wanted: WhyWanted, now: datetime
) -> Sequence[Row[Any]]:
    """Return the latest events that are asked about, the newest first."""
    if wanted.event_id is not None:
        return [unread.get_brief(session, workspace, wanted.event_id)]
    resource = wanted.resource_id or f"prefect.flow-run.{wanted.flow_run_id}"
    until = wanted.until or now
    return unread.list_latest_of(session, workspace, resource, until, MOST_EXPLAINED)


def _follow(
    session: Session, automation: Armed, trail: _Trail, since: datetime, now: datetime
) -> _Trail:
    places = dict(_number(automation.trigger, "1"))
    last = max(one.occurred for one in trail.about.values())
    until = min(shift(last, _patience(automation)), max(now, last))
    rehearsal = Rehearsal(automation, now=max(since, automation.since))
    for count, row in enumerate(unread.scan_between(session, automation.workspace, since, until)):
        if count == MOST_EVENTS or rehearsal.is_exhausted:
            trail.whole = False
            return trail
        trail.note(rehearsal.pass_until(row.occurred))
        if row.id in trail.about:
            seen = see_event(row)
            findings, fired = rehearsal.explain(seen)
            trail.findings[row.id] = [_explain(one, seen, places) for one in findings]
            trail.note(fired)
        elif rehearsal.wants(automation.workspace, row.event):
            trail.note(rehearsal.tell(see_event(row)))
    trail.note(rehearsal.pass_until(until))
    trail.whole = not rehearsal.is_exhausted
    return trail


def _patience(automation: Armed) -> timedelta:
    """Return how long after an event it may turn out that an automation fires by it."""
    lengths = [
        one.within
        for one in walk(automation.trigger)
        if isinstance(one, EventTrigger) and one.posture == "Proactive"
    ]
    return timedelta(seconds=max(lengths)) + LOOKBACK if lengths else timedelta(0)


def _number(trigger: AnyTrigger, place: str) -> Iterator[tuple[UUID, str]]:
    yield trigger.id, place
    if isinstance(trigger, Composite):
        for number, one in enumerate(trigger.triggers, start=1):
            yield from _number(one, f"{place}.{number}")


def _explain(finding: Finding, seen: Seen, places: Mapping[UUID, str]) -> TriggerExplained:
    trigger, window, lacking = finding.trigger, finding.window, finding.lacking
    return TriggerExplained(
        place=places[trigger.id],
        trigger_id=trigger.id,
        verdict=finding.verdict,
        matched=finding.verdict not in NOT_FOR_IT,
        said=say(finding, seen),
        count=finding.count,
        threshold=trigger.threshold if isinstance(trigger, EventTrigger) else needed(trigger),
        window_start=window.start if window else None,
        window_end=window.end if window and trigger.within else None,
        wanted=dict(lacking.wanted) if lacking else None,
        was=lacking.was if lacking else None,
    )


class _Behind:
    """Which events triggers have not evaluated yet, and which of them wait for another."""

    def __init__(self, session: Session, about: Mapping[UUID, Row[Any]]) -> None:
        reader = memory.find_reader(session)
        self._bookmark = Bookmark(0) if reader is None else read_bookmark(reader)
        self._waiting = memory.list_waiting(session, set(about))

    def say(self, row: Row[Any], triggers: Sequence[TriggerExplained]) -> str | None:
        """Return a sentence on an event that would have changed something."""
        if all(one.verdict in WITHOUT_EFFECT for one in triggers):
            return None
        if row.id in self._waiting:
            return (
                f"It is not evaluated yet: it waits for the event that it follows, {row.follows}."
            )
        return None if self._bookmark.has_read(row.position) else "It is not evaluated yet."


def _show(
    row: Row[Any],
    automation: Row[Any],
    trail: _Trail,
    firing: FiringShown | None,
    behind: _Behind,
) -> EventExplained:
    triggers, would_fire = trail.findings[row.id], trail.would_fire.get(row.id)
    outcome, said = _conclude(automation.enabled, firing, would_fire, behind.say(row, triggers))
    return EventExplained(
        event=TriggeringEvent(
            id=row.id,
            event=row.event,
            occurred=row.occurred,
            resource_id=parse(row.resource)[RESOURCE_ID],
        ),
        outcome=outcome,
        said=said,
        would_fire=would_fire,
        firing=firing,
        triggers=triggers,
    )


def _conclude(
    enabled: bool, firing: FiringShown | None, would_fire: datetime | None, behind: str | None
) -> tuple[Outcome, str]:
    if firing is not None:
        return "fired", f"The automation fired, {say_time(firing.triggered)}."
    if not enabled:
        would = "would fire" if would_fire else "would not fire"
        return "off", f"The automation is off and sees nothing; on, it {would}."
    if behind is not None:
        return "pending", behind
    if would_fire is not None:
        return "would-fire", (
            f"The automation would have fired, {say_time(would_fire)}, but no firing is kept: it is"
            " too old, or the event came while other triggers held, or before any were evaluated."
        )
    return "not-fired", "The automation did not fire by it."
