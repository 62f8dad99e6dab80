"""What became of an action: what is kept of it, and the events that tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from headwater.automations.rules.causes import causes_in, mark
from headwater.automations.rules.views import Occasion
from headwater.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    GoneError,
    HeadwaterError,
    InvalidError,
    InvalidRequestError,
    LockedError,
    NotFoundError,
)
from headwater.events.schemas import RESOURCE_ID, Event, Labels, make_resource
from headwater.ids import uuid7
from headwater.texts import show

# An event names the one before it only while readers may still wait for that.
FOLLOWS_WITHIN = timedelta(minutes=5)
# What the route would have answered that does the same: the clients' own server says so.
_STATUSES: tuple[tuple[type[HeadwaterError], int], ...] = (
    (BadRequestError, 400),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (GoneError, 410),
    (InvalidError, 422),
    (InvalidRequestError, 422),
    (LockedError, 423),
)


@dataclass
class Result:
    """How it goes while it is done: without a *reason* it went well."""

    related: list[Labels] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None

    def relate(self, kind: str, id_: object, role: str, name: str | None = None) -> None:
        named = {} if name is None else {"name": name}
        self.related.append(make_resource(f"prefect.{kind}.{id_}", role=role, **named))

    def kept(self) -> dict[str, Any]:
        """Return what is kept, and shown with its firing."""
        found: dict[str, Any] = show({**self.details, "related": self.related})
        return found


@dataclass(frozen=True)
class Told:
    """Which action it is that its events tell of."""

    invocation: UUID
    number: int
    type: str
    event_id: UUID  # of `prefect.automation.triggered`
    occasion: Occasion

    @property
    def key(self) -> str:
        """By which a run of a deployment is made once."""
        automation = self.occasion.automation["id"]
        return f"automation {automation}, action {self.number}, invocation {self.invocation}"


def refuse(error: HeadwaterError, action_type: str, result: Result) -> None:
    """Note why a service did not do what an action asks for."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    result.details["status_code"] = status
    text = _text_of(error)
    if status in (409, 422):
        result.reason = f"Validation error occurred for {action_type!r} - {text}"
        result.details["validation_error"] = text
    else:
        result.reason = f"Unexpected status from {action_type!r} action: {status}"
        result.details["detail"] = text


def _text_of(error: HeadwaterError) -> str:
    if isinstance(error, InvalidRequestError):
        return "; ".join(str(one["msg"]) for one in error.details)
    return str(error)


def events_of(told: Told, result: Result, *, now: datetime) -> list[Event]:
    """Return that an action was triggered, and how it ended, in the shape of prefect 3.9's own
    server."""
    automation, about = told.occasion.automation, told.occasion.event
    triggered = datetime.fromisoformat(told.occasion.firing["triggered"])
    resource = _resource_of(automation) | mark(causes_in(told.occasion.firing))
    related = [*result.related, _event_as(told.event_id, "automation-triggered-event")]
    follows = None
    if about is not None:
        related.append(_event_as(about["id"], "triggering-event"))
        occurred = datetime.fromisoformat(about["occurred"])
        if abs(triggered - occurred) < FOLLOWS_WITHIN:
            follows = UUID(about["id"])
    which = {
        "action_index": told.number,
        "action_type": told.type,
        "invocation": str(told.invocation),
    }
    begun = Event(
        id=uuid7(),
        occurred=triggered,
        event="prefect.automation.action.triggered",
        resource=resource,
        related=related,
        payload=which,
        follows=follows,
    )
    failed = {} if result.reason is None else {"reason": result.reason}
    ended = Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.automation.action.{'failed' if failed else 'executed'}",
        resource=resource,
        related=related,
        payload={**which, **failed, **result.details},
        follows=begun.id,
    )
    return [begun, ended]


def _resource_of(automation: Mapping[str, Any]) -> Labels:
    resource = make_resource(f"prefect.automation.{automation['id']}", name=automation["name"])
    trigger = automation["trigger"]
    resource["prefect.trigger-type"] = trigger["type"]
    if trigger["type"] == "event":
        resource["prefect.posture"] = trigger["posture"]
    return resource


def _event_as(event_id: object, role: str) -> Labels:
    return {RESOURCE_ID: f"prefect.event.{event_id}", "prefect.resource.role": role}
