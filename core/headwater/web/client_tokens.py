"""Tokens that clients fetch and send along, where `HEADWATER_SERVER_CSRF_PROTECTION_ENABLED` asks.

The clients know to do so by themselves, and go by the texts here (`prefect`, `client/base.py`).
"""

from datetime import timedelta

from flask import Blueprint, Flask, Response, abort, request

from headwater import clock
from headwater.access import service
from headwater.access.schemas import CsrfClient, CsrfToken
from headwater.db.session import reading, write
from headwater.errors import InvalidError
from headwater.web.context import current_settings
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_query

GUARDED = frozenset({"POST", "PUT", "PATCH", "DELETE"})
DISABLED = "CSRF protection is disabled."
NO_TOKEN = "Missing CSRF token."  # noqa: S105  # the clients' words
NO_CLIENT = "Missing client identifier."
INVALID = "Invalid CSRF token or client identifier."

blueprint = Blueprint("csrf_tokens_api", __name__, url_prefix="/api")


def init_app(app: Flask, *, enabled: bool) -> None:
    app.register_blueprint(blueprint)
    if enabled:
        app.before_request(check)


@blueprint.get("/csrf-token")
@needs("public")
@describes(
    "Get a new token for what changes something, where the server asks for one.",
    query=CsrfClient,
    answers={200: CsrfToken},
)
def get_csrf_token() -> Response:
    settings = current_settings()
    if not settings.server_csrf_protection_enabled:
        raise InvalidError(DISABLED)
    client, now = parse_query(CsrfClient).client, clock.now()
    lifetime = timedelta(seconds=settings.server_csrf_token_expiration)
    return answer(
        write(lambda session: service.issue_token(session, client, lifetime=lifetime, now=now))
    )


def check() -> None:
    """Refuse what changes something and has no token; also where there is nothing to change."""
    if request.method not in GUARDED or not request.path.startswith("/api/"):
        return
    token = request.environ.get("HTTP_PREFECT_CSRF_TOKEN")
    client = request.environ.get("HTTP_PREFECT_CSRF_CLIENT")
    if token is None:
        abort(403, NO_TOKEN)
    if client is None:
        abort(403, NO_CLIENT)
    # WSGI decodes headers byte by byte; the client's name is what it is in the query's UTF-8.
    name = client.encode("latin-1", "replace").decode(errors="replace")
    with reading() as session:
        known = service.is_token_of(session, name, token, now=clock.now())
    if not known:
        abort(403, INVALID)
