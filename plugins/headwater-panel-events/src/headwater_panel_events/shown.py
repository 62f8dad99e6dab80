"""Events as the pages show them: what happened to which resource, with ways to its page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from headwater.api import find_page
from headwater.api.events import RESOURCE_ID, RESOURCE_ROLE, parse

NAME = "prefect.resource.name"
_ID = re.compile(r"prefect\.(?P<kind>[a-z-]+)\.(?P<id>[0-9a-f-]{36})")


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


def _short(resource_id: str) -> str:
    """Return what tells a resource without a name from others of its kind."""
    known = _ID.fullmatch(resource_id)
    if known:
        return known["id"][:8]
    return resource_id.removeprefix("prefect.tag.") or resource_id
