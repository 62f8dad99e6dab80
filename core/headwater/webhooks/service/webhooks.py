"""Makes webhooks, changes them and takes them away."""

import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.vault import Vault
from headwater.errors import InvalidError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7
from headwater.webhooks import queries
from headwater.webhooks.schemas.signatures import (
    PREFIX,
    Signature,
    SignatureKind,
    SignatureWanted,
)
from headwater.webhooks.schemas.webhooks import (
    LONGEST_SLUG,
    Webhook,
    WebhookCreate,
    WebhookMade,
    WebhookUpdate,
)

SIZE = 32  # bytes of tokens and secrets
TOKEN_PREFIX = "hwh_"  # noqa: S105  # by which those who look for leaked tokens know one


@dataclass(frozen=True)
class Keeper:
    """What webhooks are kept and shown with: *url* is the address of the pages."""

    vault: Callable[[], Vault]
    url: str

    def show(self, row: Row[Any]) -> Webhook:
        return Webhook(**self._fields(row))

    def show_made(self, row: Row[Any], token: str | None, secret: str | None) -> WebhookMade:
        return WebhookMade(**self._fields(row), token=token, secret=secret)

    def _fields(self, row: Row[Any]) -> dict[str, Any]:
        fields = {name: row._mapping[name] for name in _SHOWN}
        return {**fields, "url": f"{self.url}/hooks/{row.slug}", "signature": signature_of(row)}


_SHOWN = ("id", "created", "updated", "name", "slug", "description", "template", "enabled")


def create(
    session: Session, workspace: UUID, new: WebhookCreate, keeper: Keeper, *, now: datetime
) -> WebhookMade:
    """Return the new webhook with its token; raise ConflictError where its name is taken."""
    token = _make_token()
    kept, secret = _keep(new.signature, keeper)
    row = {
        "id": uuid7(),
        "workspace_id": workspace,
        "created": now,
        "updated": now,
        "name": new.name,
        "slug": new.slug or _make_slug(new.name),
        "description": new.description,
        "template": new.template,
        "enabled": new.enabled,
        "token_digest": digest(token),
        **kept,
    }
    added = queries.add_webhook(session, row)
    tell(session, added, "created", now)
    return keeper.show_made(added, token, secret)


def update(
    session: Session,
    workspace: UUID,
    webhook_id: UUID,
    change: WebhookUpdate,
    keeper: Keeper,
    *,
    now: datetime,
) -> WebhookMade:
    """Change what was sent; return it with the secret, where one was made."""
    sent: dict[str, Any] = change.model_dump(exclude_unset=True, exclude={"signature"})
    secret = None
    if "signature" in change.model_fields_set:
        kept, secret = _keep(change.signature, keeper)
        sent |= kept
    before = queries.get_webhook(session, workspace, webhook_id)
    changed = queries.change_webhook(session, workspace, webhook_id, sent | {"updated": now})
    if changed.enabled != before.enabled:
        tell(session, changed, "resumed" if changed.enabled else "paused", now)
    if sent.keys() - {"enabled"}:
        tell(session, changed, "updated", now)
    return keeper.show_made(changed, None, secret)


def rotate(
    session: Session, workspace: UUID, webhook_id: UUID, keeper: Keeper, *, now: datetime
) -> WebhookMade:
    """Give the webhook a new token; the one that it had is void."""
    token = _make_token()
    change = {"token_digest": digest(token), "updated": now}
    changed = queries.change_webhook(session, workspace, webhook_id, change)
    tell(session, changed, "rotated", now)
    return keeper.show_made(changed, token, None)


def delete(session: Session, workspace: UUID, webhook_id: UUID, *, now: datetime) -> None:
    tell(session, queries.delete_webhook(session, workspace, webhook_id), "deleted", now)


def renew_encryption(session: Session, vault: Vault) -> None:
    """Encrypt with the vault's first key what an older one encrypted, in all workspaces."""
    for webhook_id, secret in queries.list_secrets(session).items():
        if (renewed := vault.renew(secret)) != secret:
            queries.keep_secret(session, webhook_id, renewed)


def signature_of(row: Row[Any]) -> Signature | None:
    if row.signature is None:
        return None
    return Signature(kind=SignatureKind(row.signature), header=row.signature_header)


def digest(token: str) -> str:
    """Return what is kept of a token. It is random, so nobody finds one with the same."""
    return sha256(token.encode(errors="replace")).hexdigest()


def tell(
    session: Session,
    webhook: Row[Any],
    what: str,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> None:
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"headwater.webhook.{what}",
        resource=make_resource(f"headwater.webhook.{webhook.id}", name=webhook.name),
        payload={"slug": webhook.slug, **(payload or {})},
    )
    log.append_new(session, webhook.workspace_id, event, now=now)


def _keep(wanted: SignatureWanted | None, keeper: Keeper) -> tuple[dict[str, Any], str | None]:
    """Return the columns, and the secret if it was made here."""
    if wanted is None:
        return {"signature": None, "signature_header": None, "secret": None}, None
    made = None if wanted.secret else _make_secret(wanted.kind)
    secret = wanted.secret.get_secret_value() if wanted.secret else str(made)
    kept = keeper.vault().encrypt(secret.encode())
    return {"signature": wanted.kind, "signature_header": wanted.header, "secret": kept}, made


def _make_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(SIZE)


def _make_secret(kind: SignatureKind) -> str:
    if kind is SignatureKind.STANDARD:
        return PREFIX + b64encode(secrets.token_bytes(SIZE)).decode()
    return secrets.token_hex(SIZE)


def _make_slug(name: str) -> str:
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall("[a-z0-9]+", plain))[:LONGEST_SLUG].rstrip("-")
    if not slug:
        raise InvalidError(f"No slug can be made of the name {name!r}: give one.")
    return slug
