"""Makes the event of a call, whole or not at all."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import ConfigDict, ValidationError

from headwater.events.schemas import LARGEST, Event, make_resource
from headwater.events.schemas.events import RESOURCE_ROLE
from headwater.ids import uuid7
from headwater.webhooks.rules.rendering import render_event
from headwater.webhooks.schemas.calls import Call
from headwater.webhooks.schemas.cloud_events import attributes_of

# What others might take for the server's own word.
RESERVED = ("prefect.", "headwater.")
_KEYS = ("idempotency-key", "webhook-id")


class MadeEvent(Event):
    """An event as templates make it, whose numbers may stand for texts."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


def make_event(webhook_id: UUID, name: str, template: str, call: Call, *, now: datetime) -> Event:
    """Return the event that a call makes; raise ValueError saying why it makes none."""
    made = render_event(template, call)
    made.setdefault("occurred", now)
    made.setdefault("payload", _describe(call))
    made["related"] = _add_webhook(made.get("related"), webhook_id, name)
    if (own := find_key(webhook_id, call)) is not None:
        made["id"] = own
    made.setdefault("id", uuid7())
    try:
        event = MadeEvent.model_validate(made)
    except ValidationError as error:
        raise ValueError(_say(error)) from None
    if event.event.startswith(RESERVED):
        raise ValueError(f"an event named {event.event!r} would be taken for the server's own")
    if (size := len(event.model_dump_json().encode())) > LARGEST:
        raise ValueError(f"the event is too large: {size} bytes, at most {LARGEST} are taken")
    return event


def find_key(webhook_id: UUID, call: Call) -> UUID | None:
    """Return the id of what a call tells, the same each time that its sender tells it."""
    for name in _KEYS:
        if key := call.headers.get(name):
            return uuid5(webhook_id, f"{name} {key}")
    attributes = attributes_of(call.body, call.headers)
    if not attributes.get("id"):
        return None
    # CloudEvents are known by both together.
    return uuid5(webhook_id, f"ce-id {attributes.get('source')} {attributes['id']}")


def _describe(call: Call) -> dict[str, Any]:
    """Say what came, where a template chose nothing of it."""
    return {"method": call.method, "headers": dict(call.shown_headers), "body": call.body}


def _add_webhook(related: Any, webhook_id: UUID, name: str) -> Any:
    if not isinstance(related, list | None):
        return related  # whoever checks it says what is wrong
    own = make_resource(f"headwater.webhook.{webhook_id}", name=name)
    return [*(related or []), own | {RESOURCE_ROLE: "webhook"}]


def _say(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"the template makes no event: {place}: {reason}"
