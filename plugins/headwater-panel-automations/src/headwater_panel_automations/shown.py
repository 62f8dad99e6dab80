"""Automations and their firings as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.api import find_page
from headwater.api.automations import (
    ActionShown,
    FiringShown,
    find_last_fired,
    list_firings,
    parse,
)
from headwater.api.events import RESOURCE_ID, RESOURCE_ROLE
from headwater.api.pages import Part
from headwater_panel_automations.action_drafts import TYPES
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.names import LISTS, read_names
from headwater_panel_automations.sentences import say

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
SHOWN_ROLES = ("target", "flow-run", "block", "incident")


@dataclass(frozen=True)
class ShownAutomation:
    id: UUID
    name: str
    description: str
    enabled: bool
    tags: tuple[str, ...]
    parts: list[Part]
    fired: datetime | None


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
    """*cause_url* leads to the event that made it fire, *about_url* to what that is about,
    *event_url* to the event that tells of it."""

    of: FiringShown
    cause_url: str | None
    about_url: str | None
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
        about_url=find_page(cause.resource_id) if cause else None,
        event_url=event_page(firing.event_id),
        actions=tuple(_show_action(one) for one in firing.actions),
    )


def _show_action(action: ActionShown) -> ShownAction:
    things = [
        _show_thing(labels)
        for labels in (action.details or {}).get("related", ())
        if labels.get(RESOURCE_ROLE) in SHOWN_ROLES
    ]
    title = TYPES[action.type][0] if action.type in TYPES else action.type
    return ShownAction(action, title, tuple(things))


def _show_thing(labels: Mapping[str, str]) -> ShownThing:
    own = labels.get(RESOURCE_ID, "")
    kind, _, own_id = own.removeprefix("prefect.").rpartition(".")
    role = kind if labels[RESOURCE_ROLE] == "target" else labels[RESOURCE_ROLE]
    return ShownThing(
        role=role.replace("-", " "),
        name=labels.get("prefect.resource.name") or own_id[:8],
        url=find_page(own),
    )


def event_page(event_id: UUID) -> str | None:
    return find_page(f"prefect.event.{event_id}")


@blueprint.app_template_filter("action_state")
def word_of_state(state: str) -> tuple[str, str]:
    return STATES.get(state, (state.capitalize(), "PENDING"))


@blueprint.app_template_filter("why_outcome")
def word_of_outcome(outcome: str) -> tuple[str, str]:
    return OUTCOMES[outcome]
