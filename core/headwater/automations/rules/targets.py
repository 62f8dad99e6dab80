"""Finds what an action is about in the labels of the firing and in the event."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from headwater.automations.schemas.actions import OnOne
from headwater.errors import ActionError
from headwater.events.schemas import RESOURCE_ID


def target_of(action: OnOne, event: Mapping[str, Any] | None) -> UUID:
    """Return the one that is named, or the first of its kind in the event; raise ActionError."""
    named: UUID | None = getattr(action, action.target)
    if named is not None:
        return named
    kind = action.target.removesuffix("_id")
    words = kind.replace("_", " ")
    if event is None:
        raise ActionError(f"No event to infer the {words}")
    found = find_first(event, kind.replace("_", "-"))
    if found is None:
        raise ActionError(f"No {words} could be inferred")
    return found


def flow_run_of(labels: Mapping[str, str], event: Mapping[str, Any] | None) -> UUID:
    """Return the run that a trigger looks at one by one, or the first in the event; raise
    ActionError."""
    found = _parse(labels.get(RESOURCE_ID, ""), "flow-run")
    if found is None and event is not None:
        found = find_first(event, "flow-run")
    if found is None:
        raise ActionError("No flow run could be inferred")
    return found


def find_first(event: Mapping[str, Any], kind: str) -> UUID | None:
    """Return the id of the first resource of a kind, None where it has none that is a UUID."""
    resource = find_resource(event, kind)
    return None if resource is None else _parse(resource[RESOURCE_ID], kind)


def find_resource(event: Mapping[str, Any], kind: str) -> Mapping[str, str] | None:
    """Return the first resource of a kind in an event, its own before the related ones."""
    involved = (event["resource"], *(event.get("related") or ()))
    kinds = ((one, one[RESOURCE_ID].rpartition(".")[0]) for one in involved)
    return next((one for one, its_kind in kinds if its_kind == f"prefect.{kind}"), None)


def _parse(resource_id: str, kind: str) -> UUID | None:
    found, _, id_ = resource_id.rpartition(".")
    try:
        return UUID(id_) if found == f"prefect.{kind}" else None
    except ValueError:
        return None
