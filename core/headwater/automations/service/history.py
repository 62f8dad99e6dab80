"""Shows what automations did."""

from collections import defaultdict
from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.queries import history as queries
from headwater.automations.rules.views import descend
from headwater.automations.schemas.history import ActionShown, FiringShown, TriggeringEvent
from headwater.db.json import parse
from headwater.events.schemas import RESOURCE_ID


def list_firings(
    session: Session, workspace: UUID, automation_id: UUID, limit: int, offset: int
) -> list[FiringShown]:
    """Return a page of firings with their actions, the newest first; of an automation that was
    deleted, too."""
    return _show_all(
        session, queries.list_firings(session, workspace, automation_id, limit, offset)
    )


def list_firings_by(
    session: Session,
    workspace: UUID,
    automation_id: UUID,
    events: Set[UUID],
    since: datetime,
) -> dict[UUID, FiringShown]:
    """Return by which of these events an automation fired since some time, or triggers within
    it did, and the first firing of each."""
    firings = queries.list_firings_since(session, workspace, automation_id, since)
    by_event: dict[UUID, Row[Any]] = {}
    for row in firings:
        for event in events & _events_of(parse(row.firing)):
            by_event.setdefault(event, row)
    rows = {row.id: row for row in by_event.values()}
    shown = {one.id: one for one in _show_all(session, list(rows.values()))}
    return {event: shown[row.id] for event, row in by_event.items()}


def _events_of(firing: dict[str, Any]) -> set[UUID]:
    events = (one.get("triggering_event") for one in descend(firing))
    return {UUID(event["id"]) for event in events if event}


def _show_all(session: Session, rows: Sequence[Row[Any]]) -> list[FiringShown]:
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
        triggering_value=firing.get("triggering_value"),
        resolved=row.resolved,
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
