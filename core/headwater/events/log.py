"""The event log: services append to it, in the transaction of what happened."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.session import signal_after_commit
from headwater.events import queries
from headwater.events.schemas import Event

TOPIC = "events"


def append(session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime) -> None:
    """Keep *events* in the order given; one whose id is known already is left as it was."""
    if not events:
        return
    queries.add_events(session, [_row(workspace, event, now) for event in events])
    signal_after_commit(session, TOPIC)


def _row(workspace: UUID, event: Event, now: datetime) -> dict[str, Any]:
    occurred = event.occurred
    return {
        "workspace_id": workspace,
        "id": event.id,
        "occurred": occurred if occurred.tzinfo else occurred.replace(tzinfo=UTC),
        "received": now,
        "event": event.event,
        "resource_id": event.resource_id,
        "resource": event.resource,
        "related": event.related,
        "payload": event.payload,
        "follows": event.follows,
    }
