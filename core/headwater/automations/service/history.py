"""Shows what automations did."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.queries import history as queries
from headwater.automations.schemas.history import ActionShown, FiringShown, TriggeringEvent
from headwater.db.json import parse
from headwater.events.schemas import RESOURCE_ID


def list_firings(
    session: Session, workspace: UUID, automation_id: UUID, limit: int, offset: int
) -> list[FiringShown]:
    """Return a page of firings with their actions, the newest first; of an automation that was
    deleted, too."""
    rows = queries.list_firings(session, workspace, automation_id, limit, offset)
    actions: dict[UUID, list[ActionShown]] = defaultdict(list)
    for action in queries.list_actions(session, [row.id for row in rows]):
        actions[action.firing_id].append(_show_action(action))
    return [_show(row, actions[row.id]) for row in rows]


def _show(row: Row[Any], actions: list[ActionShown]) -> FiringShown:
    firing = parse(row.firing)
    event = firing.get("triggering_event")
    return FiringShown(
        id=row.id,
        automation_id=row.automation_id,
        automation_name=parse(row.automation)["name"],
        triggered=row.triggered,
        event_id=row.event_id,
        triggering_labels=firing.get("triggering_labels") or {},
        triggering_event=None if event is None else _show_event(event),
        actions=actions,
    )


def _show_event(event: dict[str, Any]) -> TriggeringEvent:
    resource_id = event["resource"][RESOURCE_ID]
    return TriggeringEvent.model_validate({**event, "resource_id": resource_id})


def _show_action(row: Row[Any]) -> ActionShown:
    return ActionShown(
        invocation=row.id,
        action_index=row.number,
        on_trigger=row.on_trigger,
        type=parse(row.action)["type"],
        state=row.state,
        attempts=row.attempts,
        due=row.due,
        ended=row.ended,
        reason=row.reason,
        details=parse(row.details),
    )
