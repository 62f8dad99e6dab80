"""What a page says once about what was just done: a signed cookie that the next page takes away."""

from dataclasses import asdict, dataclass

from flask import Flask, Response, after_this_request, make_response, redirect, request
from itsdangerous import BadData, URLSafeTimedSerializer

from headwater.web.context import current_vault
from headwater.web.csrf import set_cookie

COOKIE = "headwater_notice"
LIFETIME = 60  # seconds until the next page
LONGEST = 700  # characters; a browser keeps 4 KB


@dataclass(frozen=True)
class Notice:
    """*went_well* is false for what was refused, or did not do what was asked."""

    text: str
    went_well: bool = True


def init_app(app: Flask) -> None:
    app.add_template_global(take_notice)


def add_notice(text: str, *, went_well: bool = True) -> None:
    """Say *text* on the next page that the browser loads; call it before a redirect."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    value = _serializer().dumps(asdict(Notice(cut, went_well)))
    after_this_request(lambda response: set_cookie(response, COOKIE, value, LIFETIME))


def see(url: str) -> Response:
    """Lead the browser on to a page, whatever it sent."""
    return make_response(redirect(url, 303))


def take_notice() -> Notice | None:
    """Return what the page of this request has to say; it is said once."""
    if COOKIE not in request.cookies:
        return None
    after_this_request(_take_away)
    try:
        return Notice(**_serializer().loads(request.cookies[COOKIE], max_age=LIFETIME))
    except (BadData, TypeError):
        return None


def _take_away(response: Response) -> Response:
    response.delete_cookie(COOKIE, path=request.script_root or "/")
    return response


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_vault().derive("notices"), salt="notice")
