"""What the server does with variables."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import fragment, parse
from headwater.errors import ConflictError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7
from headwater.variables import queries
from headwater.variables.schemas import VariableCreate, VariableUpdate


def create(session: Session, workspace: UUID, new: VariableCreate, *, now: datetime) -> Row[Any]:
    """Return the new variable; raise ConflictError where its name is taken."""
    row = {"id": uuid7(), "workspace_id": workspace, "created": now, "updated": now}
    row |= {"name": new.name, "value": _keep(new.value), "tags": new.tags}
    created = queries.add_variable(session, row)
    if created is None:
        raise ConflictError(f"A variable with the name {new.name!r} already exists.")
    _tell(session, workspace, "created", created, now)
    return created


def update(
    session: Session, workspace: UUID, variable_id: UUID, change: VariableUpdate, *, now: datetime
) -> None:
    """Change what was sent; raise NotFoundError, and ConflictError where the name is taken."""
    sent: Mapping[str, Any] = change.model_dump(exclude_unset=True)
    changes = {name: _keep(value) if name == "value" else value for name, value in sent.items()}
    changes |= {"updated": now}
    changed = queries.change_variable(session, workspace, variable_id, changes)
    _tell(session, workspace, "updated", changed, now)


def update_by_name(
    session: Session, workspace: UUID, name: str, change: VariableUpdate, *, now: datetime
) -> None:
    found = queries.get_variable_by_name(session, workspace, name)
    update(session, workspace, found.id, change, now=now)


def delete(session: Session, workspace: UUID, variable_id: UUID, *, now: datetime) -> None:
    deleted = queries.delete_variable(session, workspace, variable_id)
    _tell(session, workspace, "deleted", deleted, now)


def delete_by_name(session: Session, workspace: UUID, name: str, *, now: datetime) -> None:
    delete(session, workspace, queries.get_variable_by_name(session, workspace, name).id, now=now)


def _keep(value: Any) -> Any:
    return None if value is None else fragment(value)


def _tell(session: Session, workspace: UUID, what: str, variable: Row[Any], now: datetime) -> None:
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.variable.{what}",
        resource=make_resource(f"prefect.variable.{variable.id}", name=variable.name),
        payload={
            "name": variable.name,
            "value": parse(variable.value),
            "tags": parse(variable.tags),
        },
    )
    log.append(session, workspace, [event], now=now)
