"""Other sites' pages: the API is theirs only where the setting names them, and never by accident.

A browser adds a visitor's password by itself, and reaches a server that only its own machine
does; so what changes something is refused where the page that sends it may not.
"""

from flask import Flask, Response, abort, request

from headwater.web.origins import EVERY, Origins

METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
LIFETIME = "600"  # seconds that a browser need not ask again
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FOREIGN = (
    "A page of another site sent this. HEADWATER_SERVER_CORS_ALLOWED_ORIGINS names those that may."
)


def init_app(app: Flask, origins: Origins) -> None:
    def refuse_foreign() -> None:
        origin = request.environ.get("HTTP_ORIGIN")
        if (
            origin is not None
            and request.method not in SAFE
            and request.path.startswith("/api/")
            and not origins.admits(origin, request.host)
        ):
            abort(403, FOREIGN)

    def answer_preflight() -> Response | None:
        asked = request.method == "OPTIONS" and "HTTP_ORIGIN" in request.environ
        if not asked or "Access-Control-Request-Method" not in request.headers:
            return None
        response = Response("OK", mimetype="text/plain")
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Max-Age"] = LIFETIME
        if wanted := request.headers.get("Access-Control-Request-Headers"):
            response.headers["Access-Control-Allow-Headers"] = wanted
        return response

    def add_headers(response: Response) -> Response:
        if not request.path.startswith("/api/"):
            return response
        origin = request.environ.get("HTTP_ORIGIN")
        if EVERY not in origins.allowed:
            response.vary.add("Origin")
        if origin is not None and origins.lets(origin):
            named = EVERY if EVERY in origins.allowed else origin
            response.headers["Access-Control-Allow-Origin"] = named
        return response

    if origins.allowed:
        app.before_request(answer_preflight)
        app.after_request(add_headers)
    app.before_request(refuse_foreign)
