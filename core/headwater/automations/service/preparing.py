"""Makes an action ready: who fired it about what, and its templates filled. Writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.models import ActionState
from headwater.automations.queries import actions as queries
from headwater.automations.rules.humanized import humanized_at
from headwater.automations.rules.links import filters_of
from headwater.automations.rules.outcomes import Told
from headwater.automations.rules.rendering import Ready, fill, names_of
from headwater.automations.rules.views import Occasion, context_of
from headwater.automations.schemas.actions import Action, AnyAction
from headwater.automations.service import objects
from headwater.automations.service.events import find_event
from headwater.db.json import parse
from headwater.deployments.service.checks import variables_of
from headwater.errors import ActionError
from headwater.shapes import LATE

_ACTION: TypeAdapter[Any] = TypeAdapter(AnyAction, config=LATE)


@dataclass(frozen=True)
class Job:
    """An action that is to be done. What its templates make is *ready*, or the *fault* is known."""

    id: UUID
    workspace_id: UUID
    action: Action
    told: Told
    ready: Ready
    fault: ActionError | None = None

    @property
    def occasion(self) -> Occasion:
        return self.told.occasion

    @property
    def labels(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.occasion.firing.get("triggering_labels") or {}
        return found


def prepare(session: Session, action_id: UUID, public_url: str, *, now: datetime) -> Job | None:
    """Return what is to be done, None where that was done already."""
    row = queries.find_whole(session, action_id)
    if row is None or row.state != ActionState.PENDING:
        return None
    workspace, action = row.workspace_id, _ACTION.validate_python(parse(row.action))
    occasion = Occasion(parse(row.automation), parse(row.firing), _event_of(session, row))
    told = Told(row.id, row.number, action.type, row.event_id, occasion)
    names = names_of(action)
    context = context_of(occasion) | objects.read(session, workspace, names, occasion.event, now)
    find_variable = variables_of(session, workspace)
    filters = {**filters_of(public_url), **humanized_at(now)}
    try:
        ready = fill(action, context, filters, find_variable)
    except ActionError as fault:
        return Job(row.id, workspace, action, told, Ready({}, {}), fault)
    return Job(row.id, workspace, action, told, ready)


def _event_of(session: Session, row: Row[Any]) -> dict[str, Any] | None:
    """Return the event that an action is about: of those on trigger and on resolve, the one that
    tells of the firing."""
    if not (row.on_trigger or row.resolved):
        found: dict[str, Any] | None = parse(row.firing).get("triggering_event")
        return found
    return find_event(session, row.event_id)
