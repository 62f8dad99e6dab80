"""The event log: services append to it, in the transaction of what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.session import signal_after_commit
from headwater.events.queries import log as queries
from headwater.events.schemas import Event

TOPIC = "events"


def append(
    session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime
) -> list[Event]:
    """Keep *events* in the order given, and return those that are new.

    One whose id is known already, or comes twice, is left as it was the first time.
    """
    if not events:
        return []
    first = {event.id: event for event in reversed(events)}
    new = queries.add_events(session, [_row(workspace, event, now) for event in events])
    signal_after_commit(session, TOPIC)
    return [event for event in events if event.id in new and first[event.id] is event]


def append_new(session: Session, workspace: UUID, event: Event, *, now: datetime) -> None:
    """Keep an event of ours, whose id nobody else can have given."""
    queries.add_event(session, _row(workspace, event, now))
    signal_after_commit(session, TOPIC)


def _row(workspace: UUID, event: Event, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": workspace,
        "id": event.id,
        "occurred": event.occurred,
        "received": now,
        "event": event.event,
        "resource_id": event.resource_id,
        "resource": event.resource,
        "related": event.related,
        "payload": event.payload,
        "follows": event.follows,
    }
