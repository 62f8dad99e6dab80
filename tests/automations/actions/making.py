"""Firings as the engine writes them, and the events that they hold."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.models import ActionState, AutomationAction, AutomationFiring
from headwater.db.json import fragment
from headwater.db.session import write
from headwater.events import log
from headwater.events.schemas import Event
from headwater.ids import uuid7

Make = Callable[..., Any]
TRIGGER: dict[str, Any] = {
    "id": str(uuid4()),
    "type": "event",
    "posture": "Reactive",
    "match": {},
    "match_related": {},
    "after": [],
    "expect": ["order.placed"],
    "for_each": [],
    "threshold": 1,
    "within": 0.0,
}


def make_event(resource: str = "shop", *related: str, **more: Any) -> dict[str, Any]:
    """Return an event as the wire has it; *related* are `role=id`."""
    pairs = [one.split("=") for one in related]
    return {
        "id": str(uuid7()),
        "occurred": clock.now().isoformat(),
        "received": clock.now().isoformat(),
        "event": "order.placed",
        "resource": {"prefect.resource.id": resource, "prefect.resource.name": "the shop"},
        "related": [
            {"prefect.resource.id": id_, "prefect.resource.role": role} for role, id_ in pairs
        ],
        "payload": {"rows": 5},
        "follows": None,
    } | more


def write_firing(
    *actions: Any,
    on_trigger: tuple[Any, ...] = (),
    event: Any = None,
    value: float | None = None,
    labels: Any = None,
    children: tuple[Any, ...] = (),
    automation: UUID | None = None,
    resolved: bool = False,
    **changes: Any,
) -> SimpleNamespace:
    """Write a firing as the engine does; *changes* are to the rows of its actions."""
    now, ids = clock.now(), SimpleNamespace(firing=uuid7(), event=uuid7())
    ids.automation = automation or uuid7()
    ids.actions = [uuid7() for _ in (*actions, *on_trigger)]
    known = {"workspace_id": DEFAULT_WORKSPACE}
    firing = {
        "id": str(ids.firing),
        "trigger": TRIGGER,
        "trigger_states": ["Resolved" if resolved else "Triggered"],
        "triggered": now.isoformat(),
        "triggering_labels": labels or {},
        "triggering_firings": list(children),
        "triggering_event": event,
        "triggering_value": value,
    }
    shown = {"id": str(ids.automation), "name": "alarm", "trigger": TRIGGER}
    told = Event(
        id=ids.event,
        occurred=now,
        event=f"prefect.automation.{'resolved' if resolved else 'triggered'}",
        resource={"prefect.resource.id": f"prefect.automation.{ids.automation}"},
        payload={"triggering_labels": labels or {}},
    )
    row = known | {
        "id": ids.firing,
        "automation_id": ids.automation,
        "trigger_id": UUID(TRIGGER["id"]),
        "triggered": now,
        "event_id": ids.event,
        "firing": fragment(firing),
        "automation": fragment(shown),
        "resolved": resolved,
    }
    rows = [
        known
        | {
            "id": id_,
            "firing_id": ids.firing,
            "automation_id": ids.automation,
            "number": number,
            "on_trigger": number >= len(actions),
            "action": fragment(action),
            "state": ActionState.PENDING,
            "due": now,
            "attempts": 0,
        }
        | changes
        for number, (id_, action) in enumerate(
            zip(ids.actions, (*actions, *on_trigger), strict=True)
        )
    ]

    def unit(session: Any) -> None:
        log.append(session, DEFAULT_WORKSPACE, [told], now=now)
        session.execute(insert(AutomationFiring.__table__), row)
        if rows:
            session.execute(insert(AutomationAction.__table__), rows)

    write(unit)
    return ids
