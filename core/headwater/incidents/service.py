"""What the server does with incidents: declares them, and closes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.json import fragment, parse
from headwater.errors import ConflictError
from headwater.events import log
from headwater.events.schemas import RESOURCE_ROLE, Event, Labels, make_resource
from headwater.ids import uuid7
from headwater.incidents import queries
from headwater.incidents.schemas.incidents import Closing
from headwater.incidents.schemas.severity import Severity


def declare(
    session: Session,
    workspace: UUID,
    *,
    title: str,
    description: str,
    severity: Severity,
    automation_id: UUID,
    related: Sequence[Labels],
    labels: Labels,
    now: datetime,
) -> UUID:
    """Return the id of what an automation declares to be wrong with the *related* resources. The
    *labels* go along with those of the event that tells of it."""
    incident_id = uuid7()
    row = {
        "id": incident_id,
        "workspace_id": workspace,
        "created": now,
        "updated": now,
        "title": title,
        "description": description,
        "severity": severity,
        "automation_id": automation_id,
        "related": fragment(related),
        "closed": None,
        "note": None,
    }
    queries.add_incident(session, row)
    _tell(session, workspace, "declared", row, labels, now)
    return incident_id


def close(
    session: Session, workspace: UUID, incident_id: UUID, closing: Closing, *, now: datetime
) -> None:
    """Raise NotFoundError, and ConflictError for one that is closed already."""
    queries.get_incident(session, workspace, incident_id)
    closed = queries.close_incident(session, workspace, incident_id, closing.note, now)
    if closed is None:
        raise ConflictError("The incident is closed already.")
    _tell(session, workspace, "closed", closed._asdict(), {}, now)


def resource_of(incident_id: UUID, title: str) -> Labels:
    return make_resource(f"headwater.incident.{incident_id}", name=title)


def _tell(
    session: Session,
    workspace: UUID,
    what: str,
    incident: Mapping[str, Any],
    labels: Labels,
    now: datetime,
) -> None:
    resource = resource_of(incident["id"], incident["title"]) | labels
    resource["headwater.incident.severity"] = str(incident["severity"])
    by = make_resource(f"prefect.automation.{incident['automation_id']}")
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"headwater.incident.{what}",
        resource=resource,
        related=[by | {RESOURCE_ROLE: "automation"}, *parse(incident["related"])],
        payload={name: incident[name] for name in ("title", "description", "severity", "note")},
    )
    log.append_new(session, workspace, event, now=now)
