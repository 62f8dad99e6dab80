"""Replays the event log to an automation: what it would have done. Nothing is written."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.automations.queries import automations as queries
from headwater.automations.rules.armed import Armed
from headwater.automations.rules.rehearsals import Rehearsal
from headwater.automations.rules.windows import Fired
from headwater.automations.schemas.history import TriggeringEvent
from headwater.automations.schemas.replays import Rehearsed, Replayed
from headwater.automations.service.arming import arm
from headwater.automations.service.events import see_event
from headwater.errors import InvalidError
from headwater.events.queries import unread

MOST_EVENTS = 100_000
MOST_SHOWN = 200  # firings


@dataclass
class _Tally:
    events: int = 0
    fired: int = 0
    firings: list[Fired] = field(default_factory=list)

    def add(self, firings: Iterable[Fired]) -> None:
        for one in firings:
            self.fired += 1
            if len(self.firings) < MOST_SHOWN:
                self.firings.append(one)


def replay(
    session: Session, workspace: UUID, automation_id: UUID, since: datetime, *, now: datetime
) -> Replayed:
    """Tell an automation of the events since then, in the order in which they occurred.

    It need not be on, and what it knows is not asked: it begins with nothing. Raise InvalidError
    where it waits for a metric.
    """
    automation = arm(queries.get_automation(session, workspace, automation_id), workspace, since)
    refuse_metrics(automation)
    rehearsal, tally = Rehearsal(automation, now=since), _Tally()
    for row in unread.scan_between(session, workspace, since, now):
        if tally.events == MOST_EVENTS or rehearsal.is_exhausted:
            whole = False
            break
        tally.events += 1
        tally.add(rehearsal.pass_until(row.occurred))
        if rehearsal.wants(workspace, row.event):
            # As if it had come when it occurred: how late it was is no matter afterwards.
            tally.add(rehearsal.tell(replace(see_event(row), received=row.occurred)))
    else:
        tally.add(rehearsal.pass_until(now))
        whole = not rehearsal.is_exhausted
    return Replayed(
        events=tally.events,
        fired=tally.fired,
        firings=_show(session, tally.firings),
        whole=whole,
    )


def refuse_metrics(automation: Armed) -> None:
    if automation.measures:
        raise InvalidError("What a metric was cannot be replayed: wait for the trigger to fire")


def _show(session: Session, firings: list[Fired]) -> list[Rehearsed]:
    ids = {one.event for one in firings if one.event is not None}
    named = {
        row.id: TriggeringEvent.model_validate(row._asdict())
        for row in unread.list_names(session, ids)
    }
    return [
        Rehearsed(
            triggered=one.at,
            triggering_labels=one.labels,
            triggering_event=named.get(one.event) if one.event else None,
        )
        for one in firings
    ]
