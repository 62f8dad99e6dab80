"""Every statement over webhooks."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from headwater.db.upserts import insert_new
from headwater.errors import ConflictError, NotFoundError
from headwater.webhooks.models import Webhook

_webhook = Webhook.__table__
_mine = _webhook.c.workspace_id == bindparam("workspace")
_this = _webhook.c.id == bindparam("this")
_WEBHOOK = select(_webhook).where(_mine, _this)
_OF_SLUG = select(_webhook).where(_webhook.c.slug == bindparam("slug"))
_PAGE = (
    select(_webhook)
    .where(_mine)
    .order_by(_webhook.c.name)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_ADD = insert_new(_webhook).returning(*_webhook.c)
_CHANGE = update(_webhook).where(_mine, _this).returning(*_webhook.c)
_DELETE = delete(_webhook).where(_mine, _this).returning(*_webhook.c)
_SECRETS = select(_webhook.c.id, _webhook.c.secret).where(_webhook.c.secret.is_not(None))
_RENEW = (
    update(_webhook)
    .where(_webhook.c.id == bindparam("this"))
    # That a key of the server changed, is no change of the webhook.
    .values(secret=bindparam("renewed"), updated=_webhook.c.updated)
)


def find_webhook_of_slug(session: Session, slug: str) -> Row[Any] | None:
    """Return the webhook at an address, of whichever workspace."""
    return session.execute(_OF_SLUG, {"slug": slug}).first()


def get_webhook(session: Session, workspace: UUID, webhook_id: UUID) -> Row[Any]:
    return _existing(
        session.execute(_WEBHOOK, {"workspace": workspace, "this": webhook_id}).first()
    )


def list_webhooks(session: Session, workspace: UUID, limit: int, offset: int) -> Sequence[Row[Any]]:
    values = {"workspace": workspace, "limit": limit, "offset": offset}
    return session.execute(_PAGE, values).all()


def add_webhook(session: Session, row: Mapping[str, Any]) -> Row[Any]:
    """Return the new webhook; raise ConflictError where its name or its slug is taken."""
    added = session.execute(_ADD, row).first()
    if added is None:
        raise ConflictError(
            f"A webhook with the name {row['name']!r} or the slug {row['slug']!r} already exists."
        )
    return added


def change_webhook(
    session: Session, workspace: UUID, webhook_id: UUID, changes: Mapping[str, Any]
) -> Row[Any]:
    """Return the changed webhook; raise ConflictError where its new name is taken."""
    values = {"workspace": workspace, "this": webhook_id}
    try:
        with session.begin_nested():
            changed = session.execute(_CHANGE.values(**changes), values).first()
    except IntegrityError:
        raise ConflictError(
            f"A webhook with the name {changes['name']!r} already exists."
        ) from None
    return _existing(changed)


def delete_webhook(session: Session, workspace: UUID, webhook_id: UUID) -> Row[Any]:
    """Return the webhook that was."""
    return _existing(session.execute(_DELETE, {"workspace": workspace, "this": webhook_id}).first())


def list_secrets(session: Session) -> dict[UUID, str]:
    """Return the encrypted secrets of all workspaces."""
    return {row.id: row.secret for row in session.execute(_SECRETS)}


def keep_secret(session: Session, webhook_id: UUID, secret: str) -> None:
    session.execute(_RENEW, {"this": webhook_id, "renewed": secret})


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Webhook not found.")
    return row
