"""The addresses of webhooks, for whoever has the token of one."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Row

from headwater import clock
from headwater.db.session import reading, write
from headwater.web.context import current_vault
from headwater.web.rights import needs
from headwater.web.wire import no_content, read_body
from headwater.webhooks.schemas.calls import Call, Headers
from headwater.webhooks.service import calls

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
QUESTIONS = ("OPTIONS", "HEAD")  # which tell nothing
LARGEST = 512 * 1024  # bytes of a body

# Whoever calls proves itself by the webhook's own token.
blueprint = needs("public")(Blueprint("hooks", __name__, url_prefix="/hooks"))


@blueprint.route("/<slug>", methods=QUESTIONS, provide_automatic_options=False)
@blueprint.route("/<slug>/<token>", methods=QUESTIONS, provide_automatic_options=False)
def answer_question(slug: str, token: str | None = None) -> Response:
    """Tell a sender that asks first that it may send, as often as it likes.

    Source: CloudEvents' "HTTP 1.1 Web Hooks for Event Delivery", 4; some clouds insist.
    """
    _find_webhook(slug, token)
    response = no_content()
    response.headers["Allow"] = ", ".join(METHODS)
    if origin := request.headers.get("WebHook-Request-Origin"):
        response.headers["WebHook-Allowed-Origin"] = origin
        response.headers["WebHook-Allowed-Rate"] = "*"
    return response


# Stands behind the other: werkzeug has a rule for GET take HEAD, too, and the first rule wins.
@blueprint.route("/<slug>", methods=METHODS, provide_automatic_options=False)
@blueprint.route("/<slug>/<token>", methods=METHODS, provide_automatic_options=False)
def take_call(slug: str, token: str | None = None) -> Response:
    """Make an event of a call: 204, also of one that was told before."""
    webhook, now = _find_webhook(slug, token), clock.now()
    call = _read_call()
    calls.check_signature(webhook, call, current_vault(), now=now)
    tried = calls.try_call(webhook, call, None, now=now)
    write(lambda session: calls.keep(session, webhook, call, tried, now=now))
    calls.refuse_faulty(tried)
    return no_content()


def _find_webhook(slug: str, token: str | None) -> Row[Any]:
    given = token or _find_token()
    with reading() as session:
        return calls.find_admitting(session, slug, given)


def _read_call() -> Call:
    request.max_content_length = LARGEST
    content = read_body()
    return Call(request.method, Headers(request.headers.items()), request.args.to_dict(), content)


def _find_token() -> str:
    """Return the token of a Bearer, or the password of a Basic header, with any user."""
    given = request.authorization
    if given is None:
        return ""
    return (given.token if given.type == "bearer" else given.password) or ""
