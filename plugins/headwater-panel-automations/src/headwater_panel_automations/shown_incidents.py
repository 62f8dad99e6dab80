"""Incidents as the pages show them, and what led to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.api import NotFoundError, find_page, now
from headwater.api.events import (
    RESOURCE_ID,
    RESOURCE_ROLE,
    AnyResource,
    EventFilter,
    Occurred,
    find_newest,
    get_event,
)
from headwater.api.incidents import Severity, parse
from headwater.api.pages import parse_id
from headwater_panel_automations.names import GONE, find_automations

# By severity: the word for it, and the state of runs whose sign and colour it has.
SEVERITIES = {
    Severity.CRITICAL: ("Critical", "FAILED"),
    Severity.MAJOR: ("Major", "CRASHED"),
    Severity.MINOR: ("Minor", "SCHEDULED"),
}
DECLARED, CLOSED = "headwater.incident.declared", "headwater.incident.closed"
MOST_AT_ONCE = 200  # events of one moment, looked through
_NAME, _TAG = "prefect.resource.name", "prefect.tag."


@dataclass(frozen=True)
class ShownResource:
    """What an incident is about: *role* is what it was in the event, *url* the page of it."""

    id: str
    name: str
    role: str
    url: str | None


@dataclass(frozen=True)
class ShownIncident:
    id: UUID
    title: str
    description: str
    severity: str
    automation_id: UUID | None
    automation: str  # its name
    has_automation: bool  # it is not gone
    about: tuple[ShownResource, ...]
    declared: datetime
    closed: datetime | None
    note: str | None

    @property
    def subject(self) -> ShownResource | None:
        return next((one for one in self.about if one.role == "subject"), None)

    @property
    def tags(self) -> list[str]:
        return [one.name.removeprefix(_TAG) for one in self.about if one.role == "tag"]

    @property
    def others(self) -> list[ShownResource]:
        return [one for one in self.about if one.role != "tag"]


@dataclass(frozen=True)
class Cause:
    """The event that an automation acted on."""

    event: str
    occurred: datetime
    resource: ShownResource
    url: str | None


@dataclass(frozen=True)
class Trail:
    """What the event log has of an incident: the addresses of the events that tell of it and of
    the firing, and what made the automation fire. What went with age, or is no event, is None."""

    declared_url: str | None = None
    closed_url: str | None = None
    firing_url: str | None = None
    cause: Cause | None = None


def show_incidents(
    session: Session, workspace: UUID, rows: Sequence[Row[Any]]
) -> list[ShownIncident]:
    names = find_automations(session, workspace, {row.automation_id for row in rows} - {None})
    return [
        ShownIncident(
            id=row.id,
            title=row.title,
            description=row.description,
            severity=row.severity,
            automation_id=row.automation_id,
            automation=names.get(row.automation_id, GONE),
            has_automation=row.automation_id in names,
            about=tuple(_show_resource(one) for one in parse(row.related)),
            declared=row.created,
            closed=row.closed,
            note=row.note,
        )
        for row in rows
    ]


def read_trail(session: Session, workspace: UUID, incident: ShownIncident) -> Trail:
    """Return what the log has of an incident; all that tells of it occurred as it was declared, or
    as it was closed."""
    found = _find_at(session, workspace, incident.id, incident.declared)
    if incident.closed:
        found += _find_at(session, workspace, incident.id, incident.closed)
    pages = {one["event"]: find_page(f"prefect.event.{one['id']}") for one in found}
    done = [
        one
        for event in found
        if event["event"] not in (DECLARED, CLOSED)
        for one in parse(event["related"])
    ]
    roles = {one.get(RESOURCE_ROLE, ""): one.get(RESOURCE_ID, "") for one in done}
    return Trail(
        pages.get(DECLARED),
        pages.get(CLOSED),
        find_page(roles.get("automation-triggered-event", "")),
        _read_cause(session, workspace, roles.get("triggering-event", "")),
    )


def _find_at(
    session: Session, workspace: UUID, incident_id: UUID, moment: datetime
) -> list[Mapping[str, Any]]:
    wanted = EventFilter(
        occurred=Occurred(since=moment, until=moment),
        any_resource=AnyResource(id=[f"headwater.incident.{incident_id}"]),
    )
    return list(find_newest(session, workspace, wanted.at(now()), MOST_AT_ONCE).events)


def _read_cause(session: Session, workspace: UUID, resource_id: str) -> Cause | None:
    event_id = parse_id(resource_id.removeprefix("prefect.event."))
    if event_id is None:
        return None
    try:
        event = get_event(session, workspace, event_id)
    except NotFoundError:
        return None
    resource = _show_resource(parse(event["resource"]))
    return Cause(event["event"], event["occurred"], resource, find_page(resource_id))


def _show_resource(labels: Mapping[str, str]) -> ShownResource:
    own = labels.get(RESOURCE_ID, "")
    return ShownResource(
        own, labels.get(_NAME) or own, labels.get(RESOURCE_ROLE, ""), find_page(own)
    )
