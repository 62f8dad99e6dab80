"""Automations as people make, change and delete them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.queries import automations as queries
from headwater.automations.rules.loops import find_loop
from headwater.automations.schemas.actions import AnyAction, RunDeployment
from headwater.automations.schemas.automations import (
    AutomationCreate,
    AutomationPartialUpdate,
    AutomationUpdate,
)
from headwater.automations.schemas.triggers import Trigger
from headwater.db.json import fragment, parse
from headwater.errors import InvalidRequestError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7
from headwater.shapes import LATE

_ACTIONS = ("actions", "actions_on_trigger", "actions_on_resolve")
_PLAIN = ("name", "description", "enabled", "tags")
_TRIGGER: TypeAdapter[Any] = TypeAdapter(Trigger, config=LATE)
_ACTION_LIST: TypeAdapter[list[Any]] = TypeAdapter(list[AnyAction], config=LATE)


def create(session: Session, workspace: UUID, new: AutomationCreate, *, now: datetime) -> Row[Any]:
    """Return the new automation; raise InvalidRequestError for one that would never end."""
    _refuse_loop(new.enabled, new.trigger, new.actions)
    row = {"id": uuid7(), "workspace_id": workspace, "created": now, "updated": now}
    row |= {name: getattr(new, name) for name in _PLAIN}
    row |= {"trigger": fragment(new.trigger.anew())}
    row |= {name: fragment(getattr(new, name)) for name in _ACTIONS}
    created = queries.add_automation(session, row)
    resources = _resources_of(new.actions)
    queries.relate(session, workspace, created.id, resources, new.owner_resource)
    _tell(session, workspace, "created", created, now)
    return created


def replace(
    session: Session, workspace: UUID, automation_id: UUID, new: AutomationUpdate, *, now: datetime
) -> None:
    """Set all that was sent; the trigger counts anew. Raise as `create` does."""
    before = queries.get_locked_automation(session, workspace, automation_id)
    sent = new.model_fields_set
    enabled = new.enabled if "enabled" in sent else before.enabled
    _refuse_loop(enabled, new.trigger, new.actions)
    changes: dict[str, Any] = {"updated": now, "trigger": fragment(new.trigger.anew())}
    changes |= {name: getattr(new, name) for name in _PLAIN if name in sent}
    changes |= {name: fragment(getattr(new, name)) for name in _ACTIONS if name in sent}
    changed = queries.change_automation(session, workspace, automation_id, changes)
    queries.relate(session, workspace, automation_id, _resources_of(new.actions))
    _tell(session, workspace, "updated", changed, now)


def update(
    session: Session,
    workspace: UUID,
    automation_id: UUID,
    change: AutomationPartialUpdate,
    *,
    now: datetime,
) -> None:
    """Switch an automation on or off; raise InvalidRequestError for one that would never end."""
    before = queries.get_locked_automation(session, workspace, automation_id)
    if "enabled" not in change.model_fields_set or change.enabled == before.enabled:
        return
    trigger = _TRIGGER.validate_python(parse(before.trigger))
    _refuse_loop(change.enabled, trigger, _ACTION_LIST.validate_python(parse(before.actions)))
    changes = {"enabled": change.enabled, "updated": now}
    changed = queries.change_automation(session, workspace, automation_id, changes)
    _tell(session, workspace, "updated", changed, now)


def delete(session: Session, workspace: UUID, automation_id: UUID, *, now: datetime) -> None:
    deleted = queries.delete_automation(session, workspace, automation_id)
    _tell(session, workspace, "deleted", deleted, now)


def _refuse_loop(enabled: bool, trigger: Any, actions: Sequence[Any]) -> None:
    loop = find_loop(enabled, trigger, actions)
    if loop is not None:
        detail = {"type": "value_error", "loc": ["body"], "msg": f"Value error, {loop}"}
        raise InvalidRequestError([detail])


def _resources_of(actions: Sequence[Any]) -> set[str]:
    """Return the deployments that actions run."""
    return {
        f"prefect.deployment.{action.deployment_id}"
        for action in actions
        if isinstance(action, RunDeployment) and action.deployment_id is not None
    }


def _tell(
    session: Session, workspace: UUID, what: str, automation: Row[Any], now: datetime
) -> None:
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.automation.{what}",
        resource=make_resource(f"prefect.automation.{automation.id}", name=automation.name),
        payload={
            name: parse(value) if isinstance(value, orjson.Fragment) else _plain(value)
            for name, value in automation._mapping.items()
        },
    )
    log.append(session, workspace, [event], now=now)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
