"""Makes of a trigger that fired what people and actions see of it."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.automations.models import ActionState
from headwater.automations.queries import firings as queries
from headwater.automations.rules.armed import Armed
from headwater.automations.rules.causes import causes_in, mark
from headwater.automations.rules.windows import Fired
from headwater.automations.schemas.triggers import EventTrigger
from headwater.db.json import fragment
from headwater.db.session import signal_after_commit
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7

logger = logging.getLogger(__name__)
TOPIC = "automation-actions"  # told when there are actions to be done
Shown = Mapping[str, Any]


def fire(
    session: Session,
    fired: Sequence[tuple[Armed, Fired]],
    events: Mapping[UUID, Shown],
    *,
    now: datetime,
) -> None:
    """Keep firings with the actions that are to be done, and tell of each in the event log.

    *events* are those that firings name, as the wire has them; one that is not there is gone.
    """
    if not fired:
        return
    firings: list[Shown] = []
    actions: list[Shown] = []
    told: dict[UUID, list[Event]] = {}
    for automation, one in fired:
        wire = _show(automation, one, events, now)
        try:
            written = fragment(wire)
        except ValueError:  # it is nested too deep; the others are not to wait for it
            logger.error("a firing of automation %s cannot be written down", automation.id)
            continue
        event = _tell(automation, one, wire, now)
        told.setdefault(automation.workspace, []).append(event)
        firings.append(
            {
                "id": wire["id"],
                "workspace_id": automation.workspace,
                "automation_id": automation.id,
                "trigger_id": one.trigger,
                "triggered": now,
                "event_id": event.id,
                "firing": written,
                "automation": fragment(automation.shown),
                "resolved": one.resolved,
            }
        )
        actions += _list_actions(automation, one, wire["id"], now)
    if firings:
        queries.add_firings(session, firings)
    if actions:
        queries.add_actions(session, actions)
        signal_after_commit(session, TOPIC)
    for workspace, of_workspace in told.items():
        log.append(session, workspace, of_workspace, now=now)


def events_of(fired: Iterable[Fired]) -> Iterator[UUID]:
    """Yield the events that firings name, those within them too."""
    for one in fired:
        if one.event is not None:
            yield one.event
        yield from events_of(one.within)


def _show(
    automation: Armed, fired: Fired, events: Mapping[UUID, Shown], now: datetime
) -> dict[str, Any]:
    """Return a firing as the clients know it."""
    return {
        "id": uuid7(),
        "trigger": automation.find(fired.trigger).model_dump(mode="json"),
        "trigger_states": ["Resolved" if fired.resolved else "Triggered"],
        "triggered": now,
        "triggering_labels": fired.labels,
        "triggering_firings": [_show(automation, one, events, now) for one in fired.within],
        "triggering_event": events.get(fired.event) if fired.event is not None else None,
        "triggering_value": fired.value,
    }


def _tell(automation: Armed, fired: Fired, firing: Shown, now: datetime) -> Event:
    resource = make_resource(f"prefect.automation.{automation.id}", name=automation.shown["name"])
    trigger = automation.trigger
    if isinstance(trigger, EventTrigger):
        resource["prefect.posture"] = trigger.posture
    resource |= mark(causes_in(firing))
    cause = firing["triggering_event"]
    related = []
    if cause is not None:
        of_cause = f"prefect.event.{cause['id']}"
        related = [{"prefect.resource.id": of_cause, "prefect.resource.role": "triggering-event"}]
    return Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.automation.{'resolved' if fired.resolved else 'triggered'}",
        resource=resource,
        related=related,
        payload={"triggering_labels": firing["triggering_labels"], "triggering_event": cause},
    )


def _list_actions(
    automation: Armed, fired: Fired, firing_id: UUID, now: datetime
) -> Iterator[Shown]:
    lists = ("actions_on_resolve",) if fired.resolved else ("actions", "actions_on_trigger")
    named = [(name, action) for name in lists for action in automation.shown[name]]
    for number, (name, action) in enumerate(named):
        yield {
            "id": uuid7(),
            "workspace_id": automation.workspace,
            "firing_id": firing_id,
            "automation_id": automation.id,
            "number": number,
            "on_trigger": name == "actions_on_trigger",
            "action": action,
            "state": ActionState.PENDING,
            "due": now,
            "claim": None,
            "attempts": 0,
            "ended": None,
            "reason": None,
            "details": None,
        }
