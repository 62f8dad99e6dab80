"""Events as the pages show them: what happened to which resource, with ways to its page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, url_for

from headwater.api.events import RESOURCE_ID, RESOURCE_ROLE, parse

NAME = "prefect.resource.name"
_ID = re.compile(r"prefect\.(?P<kind>[a-z-]+)\.(?P<id>[0-9a-f-]{36})")
# By the kind of a resource: the view of its page, if a panel has one, and what that view takes.
_PAGES = {
    "automation": ("headwater_panel_automations.show_automation", "automation_id"),
    "event": ("headwater_panel_events.show_event", "event_id"),
    "flow": ("headwater_panel_flows.show_flow", "flow_id"),
    "flow-run": ("headwater_panel_runs.show_flow_run", "run_id"),
    "task-run": ("headwater_panel_runs.show_task_run", "run_id"),
}


@dataclass(frozen=True)
class ShownResource:
    """A resource; *kind* is what it is in words, "" for one that is none of Prefect's."""

    id: str
    name: str
    kind: str
    role: str
    url: str | None
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownEvent:
    """An event, but for its payload."""

    id: UUID
    event: str
    occurred: datetime
    received: datetime
    follows: UUID | None
    resource: ShownResource
    related: tuple[ShownResource, ...]

    @property
    def tags(self) -> list[ShownResource]:
        return [one for one in self.related if one.role == "tag"]

    @property
    def others(self) -> list[ShownResource]:
        return [one for one in self.related if one.role != "tag"]


def show_event_row(found: Mapping[str, Any]) -> ShownEvent:
    return ShownEvent(
        id=found["id"],
        event=found["event"],
        occurred=found["occurred"],
        received=found["received"],
        follows=found["follows"],
        resource=show_resource(parse(found["resource"])),
        related=tuple(show_resource(one) for one in parse(found["related"])),
    )


def show_resource(labels: Mapping[str, str]) -> ShownResource:
    own = labels.get(RESOURCE_ID, "")
    known = _ID.fullmatch(own)
    kind = known["kind"].replace("-", " ") if known else ""
    return ShownResource(
        id=own,
        name=labels.get(NAME) or labels.get("prefect.name") or _short(own),
        kind="tag" if own.startswith("prefect.tag.") else kind,
        role=labels.get(RESOURCE_ROLE, ""),
        url=find_page(own),
        labels=tuple(sorted(labels.items())),
    )


def find_page(resource_id: str) -> str | None:
    """Return the address of the page of a resource, None where no panel has one."""
    known = _ID.fullmatch(resource_id)
    endpoint, parameter = _PAGES.get(known["kind"], ("", "")) if known else ("", "")
    if known is None or endpoint not in current_app.view_functions:
        return None
    try:
        values: dict[str, Any] = {parameter: UUID(known["id"])}
    except ValueError:
        return None
    return url_for(endpoint, **values)


def _short(resource_id: str) -> str:
    """Return what tells a resource without a name from others of its kind."""
    known = _ID.fullmatch(resource_id)
    if known:
        return known["id"][:8]
    return resource_id.removeprefix("prefect.tag.") or resource_id
