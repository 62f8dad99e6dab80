"""What the server does with clients' tokens, inside the caller's transaction."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy.orm import Session

from headwater.access import queries
from headwater.access.schemas import CsrfToken
from headwater.ids import uuid7

SIZE = 32  # bytes of a token


def issue_token(session: Session, client: str, *, lifetime: timedelta, now: datetime) -> CsrfToken:
    """Give a client a new token. The one that it had is void, and so are all that are too old."""
    queries.delete_expired_tokens(session, now)
    row = {
        "id": uuid7(),
        "created": now,
        "updated": now,
        "client": client,
        "token": secrets.token_hex(SIZE),
        "expiration": now + lifetime,
    }
    return CsrfToken.model_validate(queries.keep_token(session, row), from_attributes=True)


def is_token_of(session: Session, client: str, token: str, *, now: datetime) -> bool:
    kept = queries.find_token(session, client, now)
    return kept is not None and compare_digest(kept.encode(), token.encode(errors="replace"))
