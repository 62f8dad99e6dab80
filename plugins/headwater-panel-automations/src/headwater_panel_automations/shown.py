"""Automations and their firings as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.api.automations import (
    ActionShown,
    FiringShown,
    find_last_fired,
    list_firings,
    parse,
)
from headwater_panel_automations.action_drafts import TYPES
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.drafts import LISTS
from headwater_panel_automations.names import read_names
from headwater_panel_automations.sentences import RESOURCE, ROLE, Part, say, text

FIRINGS = 20
# By state: the word for it, and the state of runs whose sign and colour it has.
STATES = {
    "pending": ("Waiting", "SCHEDULED"),
    "executed": ("Done", "COMPLETED"),
    "failed": ("Failed", "FAILED"),
}
# What may be asked about, and the word for it.
KINDS = {"flow_run_id": "A flow run", "event_id": "An event", "resource_id": "A resource"}
HOURS = (1, 6, 24, 72, 168)  # of a replay, to choose from
# By what came of an event: the word for it, and the state of runs whose sign and colour it has.
OUTCOMES = {
    "fired": ("Fired", "COMPLETED"),
    "would-fire": ("Would fire", "PENDING"),
    "pending": ("Waiting", "SCHEDULED"),
    "off": ("Off", "CANCELLED"),
    "not-fired": ("Did not fire", "CANCELLED"),
}
EVENT = "headwater_panel_events.show_event"  # if that panel is installed
SHOWN_ROLES = ("target", "flow-run", "block")
# By the kind of a resource: the view of its page, if a panel has one, and what that view takes.
_PAGES = {
    "automation": ("headwater_panel_automations.show_automation", "automation_id"),
    "flow": ("headwater_panel_flows.show_flow", "flow_id"),
    "flow-run": ("headwater_panel_runs.show_flow_run", "run_id"),
}


@dataclass(frozen=True)
class ShownAutomation:
    id: UUID
    name: str
    description: str
    enabled: bool
    tags: tuple[str, ...]
    parts: list[Part]
    fired: datetime | None

    @property
    def sentence(self) -> str:
        return text(self.parts)


@dataclass(frozen=True)
class ShownThing:
    """What an action was about, or made: *role* is what it was in it, *url* the page of it."""

    role: str
    name: str
    url: str | None


@dataclass(frozen=True)
class ShownAction:
    of: ActionShown
    title: str
    things: tuple[ShownThing, ...]


@dataclass(frozen=True)
class ShownFiring:
    """*cause_url* leads to the event that made it fire, *event_url* to the one that tells of it."""

    of: FiringShown
    cause_url: str | None
    event_url: str | None
    actions: tuple[ShownAction, ...]


def body_of(row: Row[Any]) -> dict[str, Any]:
    """Return an automation as the API shows it, but for what the server gives it."""
    plain = {"name": row.name, "description": row.description, "enabled": row.enabled}
    parsed = {name: parse(getattr(row, name)) for name in ("tags", "trigger", *LISTS)}
    return plain | parsed


def show_automations(
    session: Session, workspace: UUID, rows: Sequence[Row[Any]]
) -> list[ShownAutomation]:
    bodies = [body_of(row) for row in rows]
    names = read_names(session, workspace, bodies)
    fired = find_last_fired(session, workspace, [row.id for row in rows])
    return [
        ShownAutomation(
            id=row.id,
            name=row.name,
            description=row.description,
            enabled=row.enabled,
            tags=tuple(body["tags"]),
            parts=say(body, names),
            fired=fired.get(row.id),
        )
        for row, body in zip(rows, bodies, strict=True)
    ]


def show_firings(session: Session, workspace: UUID, automation_id: UUID) -> list[ShownFiring]:
    """Return the last firings of an automation, the newest first."""
    found = list_firings(session, workspace, automation_id, FIRINGS, 0)
    return [show_firing(one) for one in found]


def show_firing(firing: FiringShown) -> ShownFiring:
    cause = firing.triggering_event
    return ShownFiring(
        of=firing,
        cause_url=event_page(cause.id) if cause else None,
        event_url=event_page(firing.event_id),
        actions=tuple(_show_action(one) for one in firing.actions),
    )


def _show_action(action: ActionShown) -> ShownAction:
    things = [
        _show_thing(labels)
        for labels in (action.details or {}).get("related", ())
        if labels.get(ROLE) in SHOWN_ROLES
    ]
    title = TYPES[action.type][0] if action.type in TYPES else action.type
    return ShownAction(action, title, tuple(things))


def _show_thing(labels: Mapping[str, str]) -> ShownThing:
    own = labels.get(RESOURCE, "")
    kind, _, own_id = own.removeprefix("prefect.").rpartition(".")
    endpoint, parameter = _PAGES.get(kind, ("", ""))
    has_page = endpoint in current_app.view_functions and _is_id(own_id)
    values: dict[str, Any] = {parameter: own_id}
    role = kind if labels[ROLE] == "target" else labels[ROLE]
    return ShownThing(
        role=role.replace("-", " "),
        name=labels.get("prefect.resource.name") or own_id[:8],
        url=url_for(endpoint, **values) if has_page else None,
    )


def event_page(event_id: UUID) -> str | None:
    """Return where the page of an event is, None if no panel has one."""
    return url_for(EVENT, event_id=event_id) if EVENT in current_app.view_functions else None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@blueprint.app_template_filter("action_state")
def word_of_state(state: str) -> tuple[str, str]:
    return STATES.get(state, (state.capitalize(), "PENDING"))


@blueprint.app_template_filter("why_outcome")
def word_of_outcome(outcome: str) -> tuple[str, str]:
    return OUTCOMES[outcome]
