"""Takes calls: finds out whose they are, makes their events, keeps those once."""

from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.vault import Vault
from headwater.errors import ForbiddenError, InvalidError, NotFoundError, UnauthorizedError
from headwater.events import log
from headwater.webhooks import queries
from headwater.webhooks.rules.events import make_event
from headwater.webhooks.rules.signatures import find_fault
from headwater.webhooks.schemas.calls import Call
from headwater.webhooks.schemas.webhooks import Tried
from headwater.webhooks.service.webhooks import digest, signature_of, tell


def find_admitting(session: Session, slug: str, token: str) -> Row[Any]:
    """Return the webhook at an address; raise NotFoundError, UnauthorizedError for another token,
    ForbiddenError where it is paused."""
    found = queries.find_webhook_of_slug(session, slug)
    if found is None:
        raise NotFoundError("There is no webhook at this address.")
    if not compare_digest(digest(token), found.token_digest):
        raise UnauthorizedError("The token of the webhook is missing or wrong.")
    if not found.enabled:
        raise ForbiddenError("The webhook is paused.")
    return found


def check_signature(webhook: Row[Any], call: Call, vault: Vault, *, now: datetime) -> None:
    """Raise UnauthorizedError unless who knows the secret has signed the call."""
    signature = signature_of(webhook)
    if signature is None:
        return
    secret = vault.decrypt(webhook.secret).decode()
    if (fault := find_fault(signature, secret, call, now)) is not None:
        raise UnauthorizedError(fault)


def try_call(webhook: Row[Any], call: Call, template: str | None, *, now: datetime) -> Tried:
    """Return the event that a call would make, or the fault of the template."""
    try:
        event = make_event(webhook.id, webhook.name, template or webhook.template, call, now=now)
    except ValueError as error:
        return Tried(event=None, fault=str(error))
    return Tried(event=event, fault=None)


def keep(session: Session, webhook: Row[Any], call: Call, tried: Tried, *, now: datetime) -> None:
    """Keep the event that a call made, unless it was told before; or that it made none."""
    if tried.event is not None:
        log.append(session, webhook.workspace_id, [tried.event], now=now)
    else:
        payload = {"method": call.method, "reason": tried.fault}
        tell(session, webhook, "failed", now, payload)


def refuse_faulty(tried: Tried) -> None:
    """Raise InvalidError where there is no event."""
    if tried.fault is not None:
        raise InvalidError(f"No event can be made: {tried.fault}.")
