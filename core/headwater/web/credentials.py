"""Lets in who knows the shared secret, `HEADWATER_SERVER_API_AUTH_STRING`, where there is one.

3.9's clients send it as Basic, 2.20's as Bearer, which is all they can (`prefect`,
`client/orchestration`), and browsers ask their user for it.
"""

from base64 import b64decode
from binascii import Error
from hashlib import sha256
from hmac import compare_digest

from flask import Flask, Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from headwater.web.rights import find_right
from headwater.web.wire import answer

# Whoever looks whether the server lives has no secret.
OPEN = frozenset({"/api/health", "/api/ready"})
PROMPT = WWWAuthenticate("basic", {"realm": "Headwater server", "charset": "UTF-8"})
UNKNOWN = "This server asks for a user and a password, and these are not the ones."


class Secret:
    """What callers have to know. Only its digest is compared, so that time tells nothing of it."""

    def __init__(self, text: str) -> None:
        self._digest = _digest(text.encode())

    def matches(self, given: bytes) -> bool:
        return compare_digest(_digest(given), self._digest)

    def is_in(self, authorization: str) -> bool:
        """Look into an Authorization header, as WSGI decodes it."""
        scheme, _, value = authorization.partition(" ")
        given = value.strip().encode("latin-1", "replace")
        if scheme.lower() == "bearer":
            return self.matches(given)
        try:
            return scheme.lower() == "basic" and self.matches(b64decode(given, validate=True))
        except Error:
            return False


def _digest(text: bytes) -> bytes:
    return sha256(text).digest()


def init_app(app: Flask, secret: Secret | None) -> None:
    if secret is None:
        return

    def check() -> Response | None:
        if _is_open() or secret.is_in(request.environ.get("HTTP_AUTHORIZATION", "")):
            return None
        return refuse()

    app.before_request(check)


def refuse() -> Response:
    """Answer as clients expect, and ask a person who looks at a page for the secret."""
    if not request.path.startswith("/api/"):
        raise Unauthorized(UNKNOWN, www_authenticate=PROMPT)
    response = answer({"exception_message": "Unauthorized"}, 401)
    # Scripts look at the status themselves: a prompt would come between.
    if "text/html" in request.headers.get("Accept", ""):
        response.headers["WWW-Authenticate"] = PROMPT.to_header()
    return response


def _is_open() -> bool:
    if request.path.startswith("/api/"):
        return request.method == "GET" and request.path in OPEN
    # The scripts and colours of the page that says no; anyone can download them with the product.
    return request.endpoint is not None and find_right(request.endpoint) == "public"
