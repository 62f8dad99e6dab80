"""Every statement over clients' tokens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select
from sqlalchemy.orm import Session

from headwater.access.models import CsrfToken
from headwater.db.upserts import insert_or_change

_token = CsrfToken.__table__
_CHANGED = ("updated", "token", "expiration")
_TOKEN = select(_token.c.token).where(
    _token.c.client == bindparam("client"), _token.c.expiration > bindparam("now")
)
_DELETE_EXPIRED = delete(_token).where(_token.c.expiration <= bindparam("now"))
_KEEP = insert_or_change(_token, ["client"], _CHANGED).returning(*_token.c)  # a client keeps its id


def keep_token(session: Session, row: Mapping[str, Any]) -> Row[Any]:
    """Keep a client's token in the place of the one that it had; return its row."""
    return session.execute(_KEEP, row).one()


def find_token(session: Session, client: str, now: datetime) -> str | None:
    return session.execute(_TOKEN, {"client": client, "now": now}).scalar()


def delete_expired_tokens(session: Session, now: datetime) -> None:
    session.execute(_DELETE_EXPIRED, {"now": now})
