"""What the server does about flows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.errors import NotFoundError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7
from headwater.runs.queries import flows as queries
from headwater.runs.schemas.flows import FlowCreate, FlowUpdate


def create_flow(
    session: Session, workspace: UUID, new: FlowCreate, *, now: datetime
) -> tuple[Any, bool]:
    """Return the flow of that name, and whether it is new. One that exists stays as it is."""
    found = queries.find_flow_by_name(session, workspace, new.name)
    if found is not None:
        return found, False
    values = {"id": uuid7(), "workspace_id": workspace, "created": now, "updated": now}
    values |= {"name": new.name, "tags": new.tags, "labels": new.labels or {}}
    created = queries.add_flow(session, values)
    flow = get_flow_by_name(session, workspace, new.name)
    if created:
        tell(session, workspace, "created", [flow], now=now)
    return flow, created


def get_flow_by_name(session: Session, workspace: UUID, name: str) -> Any:
    found = queries.find_flow_by_name(session, workspace, name)
    if found is None:
        raise NotFoundError("Flow not found")
    return found


def update_flow(
    session: Session, workspace: UUID, flow_id: UUID, wanted: FlowUpdate, *, now: datetime
) -> None:
    """Change what the client named; raise NotFoundError."""
    values: dict[str, Any] = {"updated": now}
    if "tags" in wanted.model_fields_set:
        values["tags"] = wanted.tags
    if not queries.update_flow(session, workspace, flow_id, values):
        raise NotFoundError("Flow not found")
    changed = queries.get_flow(session, workspace, flow_id)
    tell(session, workspace, "updated", [changed], now=now)


def tell(
    session: Session, workspace: UUID, what: str, flows: Iterable[Row[Any]], *, now: datetime
) -> None:
    """Append an event for each flow, as prefect 3.9's own server does."""
    events = [
        Event(
            id=uuid7(),
            occurred=now,
            event=f"prefect.flow.{what}",
            resource=make_resource(f"prefect.flow.{flow.id}", name=flow.name),
            payload={"name": flow.name, "tags": parse(flow.tags), "labels": parse(flow.labels)},
        )
        for flow in flows
    ]
    log.append(session, workspace, events, now=now)
