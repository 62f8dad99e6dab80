"""What the things are called that automations are about."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.api.automations import (
    AutomationFilter,
    AutomationSort,
    Ids,
    automations_wanted,
    find_names,
    list_automations,
)
from headwater.api.notifications import current_kinds, list_channels

GONE = "one that is gone"
_RESOURCE = re.compile(r"prefect\.(flow|deployment|work-pool|work-queue)\.([0-9a-f-]{36})")
_KINDS = ("flow", "deployment", "work pool", "work queue", "webhook")
LISTS = ("actions", "actions_on_trigger", "actions_on_resolve")
# By the field of an action: the kind of what it is done to.
TARGETS = {
    "deployment_id": "deployment",
    "work_pool_id": "work pool",
    "work_queue_id": "work queue",
    "automation_id": "automation",
}


class Names:
    """The names of what triggers and actions are about: a statement for each kind at most."""

    def __init__(self, by_kind: Mapping[str, Mapping[UUID, str]]) -> None:
        self._by_kind = by_kind

    def of(self, kind: str, own_id: object) -> str:
        try:
            known = UUID(str(own_id))
        except ValueError:
            return str(own_id)
        return self._by_kind.get(kind, {}).get(known, GONE)

    def of_resource(self, resource_id: str) -> str | None:
        """Return what a resource is called, such as a flow; None for what no name is known of."""
        found = _RESOURCE.fullmatch(resource_id)
        return self.of(found[1].replace("-", " "), found[2]) if found else None


def read_names(session: Session, workspace: UUID, bodies: Iterable[Mapping[str, Any]]) -> Names:
    """Return the names for automations, each given with its `trigger` and its actions."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for body in bodies:
        for kind, own_id in _mentions(body):
            wanted[kind].add(own_id)
    found: dict[str, Mapping[UUID, str]] = {
        kind: find_names(session, workspace, kind, wanted[kind]) for kind in _KINDS
    }
    found["automation"] = find_automations(session, workspace, wanted["automation"])
    if wanted["channel"]:
        channels = list_channels(session, workspace, current_kinds())
        found["channel"] = {channel.id: channel.name for channel in channels}
    return Names(found)


def find_automations(session: Session, workspace: UUID, ids: Set[UUID]) -> dict[UUID, str]:
    """Return the names of those that there are; no statement where there are no *ids*."""
    if not ids:
        return {}
    named = AutomationFilter(id=Ids(any_=list(ids)))
    condition = automations_wanted(workspace, named, session.get_bind().dialect.name)
    rows = list_automations(session, condition, AutomationSort.NAME_ASC, len(ids), 0)
    return {row.id: row.name for row in rows}


def actions_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [action for name in LISTS for action in body.get(name) or () if isinstance(action, dict)]


def _mentions(body: Mapping[str, Any]) -> Iterator[tuple[str, UUID]]:
    for kind, own_id in _RESOURCE.findall(" ".join(_texts_in(body.get("trigger")))):
        yield from _known(kind.replace("-", " "), own_id)
    for action in actions_of(body):
        for field, kind in TARGETS.items():
            yield from _known(kind, action.get(field))
        kind = "channel" if action.get("type") == "send-notification" else "webhook"
        yield from _known(kind, action.get("block_document_id"))


def _known(kind: str, own_id: object) -> Iterator[tuple[str, UUID]]:
    try:
        yield kind, UUID(str(own_id))
    except ValueError:
        return


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
