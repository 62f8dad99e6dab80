"""Keeps other sites from acting through a visitor's browser: what changes something has a token.

All that browsers send is guarded. A form has `{{ csrf_field() }}` in it; the token there belongs
to a cookie, and both are signed with a key that is derived from the vault's.
"""

import secrets
from hmac import compare_digest

from flask import Flask, Response, abort, after_this_request, request
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from headwater.web.context import current_settings, current_vault
from headwater.web.origins import Origins
from headwater.web.wire import MACHINES

COOKIE = "headwater_form"
FIELD = "csrf_token"
_MADE = "headwater.form_seed"  # in the environment of the request
LIFETIME = 24 * 3600  # seconds that a form may stay open
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# What browsers say of a request that this site's own page sent, or the visitor's reload of it.
OWN = frozenset({"same-origin", "none"})
STALE = (
    "The form is too old, or was not this server's. Load its page again, and send it from there."
)
FOREIGN = "Another site sent this form."


def init_app(app: Flask) -> None:
    app.before_request(check)
    app.add_template_global(csrf_field)


def csrf_field() -> Markup:
    """Return the hidden field that every form needs which posts."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, make_token())


def make_token() -> str:
    """Return a token for the browser that asks, which gets the cookie if it has none."""
    return _serializer(FIELD).dumps(_seed() or _new_seed())


def check() -> None:
    """Refuse what changes something and comes from elsewhere."""
    if request.method in SAFE or request.path.startswith(MACHINES) or request.endpoint is None:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN or not _is_own_origin():
        abort(403, FOREIGN)
    seed = _seed()
    try:
        sent = _serializer(FIELD).loads(request.form.get(FIELD, ""), max_age=LIFETIME)
    except BadData:
        abort(403, STALE)
    if seed is None or not isinstance(sent, str) or not compare_digest(sent, seed):
        abort(403, STALE)


def set_cookie(response: Response, name: str, value: str, max_age: int | None = None) -> Response:
    """Give the browser a cookie that scripts do not see and other sites' requests do not carry."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=request.script_root or "/",
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def _is_own_origin() -> bool:
    """Say whether the page of the form is ours, whatever other sites the API lets in."""
    return Origins((), current_settings().ui_url).is_own(
        request.headers.get("Origin"), request.host
    )


def _seed() -> str | None:
    """Return what the browser's cookie holds; it is the same for all forms of a session."""
    try:
        seed = _serializer(COOKIE).loads(request.cookies.get(COOKIE, ""))
    except BadData:
        return None
    return seed if isinstance(seed, str) else None


def _new_seed() -> str:
    """Make what the browser gets a cookie of; all forms of this request share it."""
    if _MADE not in request.environ:
        request.environ[_MADE] = secrets.token_urlsafe(24)
        cookie = _serializer(COOKIE).dumps(request.environ[_MADE])
        after_this_request(lambda response: set_cookie(response, COOKIE, cookie))
    return str(request.environ[_MADE])


def _serializer(use: str) -> URLSafeTimedSerializer:
    """Return what signs for one use: a cookie is no token."""
    return URLSafeTimedSerializer(current_vault().derive("forms"), salt=use)
